package org.resnext4j.training.classification;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.training.run.TrainingRun;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.text.TextFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run trains, in full; {@code run.json} in its folder. Two runs of equal descriptions end in
 * the same bits.
 *
 * @param model the network
 * @param recipe how it is trained
 * @param seed of all chance
 * @param data where the pictures are
 * @param startWeights the file of weights that training began with; empty for random ones
 * @param validationSplit share of the training pictures kept back, 0 if validation pictures are
 *     given or there are none
 * @param validateEvery epochs from one validation to the next
 * @param classes names of the classes
 * @param trainingPictures number of them
 * @param validationPictures number of them
 * @param pictures checksum over names and labels of all pictures
 */
public record RunDescription(
    ResNeXt model,
    Recipe recipe,
    long seed,
    String data,
    String startWeights,
    double validationSplit,
    int validateEvery,
    List<String> classes,
    int trainingPictures,
    int validationPictures,
    String pictures)
    implements TrainingRun {

  /** Name of the description's file in a run's folder. */
  public static final String FILE = RunFiles.DESCRIPTION;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Copies the classes. */
  public RunDescription {
    classes = List.copyOf(classes);
  }

  @Override
  public String modelName() {
    return model.name();
  }

  @Override
  public String recipeName() {
    return recipe.name();
  }

  @Override
  public Charts charts() {
    return new Charts("mean cross-entropy", "Accuracy", "% right (top-1)", true);
  }

  @Override
  public String summary() {
    return "Recipe %s, seed %d, %d training and %d validation pictures of %d classes from %s."
        .formatted(recipe.name(), seed, trainingPictures, validationPictures, classes.size(), data);
  }

  @Override
  public String recipeJson() {
    return recipe.toJson();
  }

  /** A checksum over what decides the result; where the pictures lie is no part of it. */
  @Override
  public String fingerprint() {
    return checksum(
        JSON.writeValueAsString(
            List.of(
                model,
                recipe,
                seed,
                validationSplit,
                validateEvery,
                classes,
                trainingPictures,
                validationPictures,
                pictures)));
  }

  /** A checksum over the names and labels of a data set's pictures. */
  public static String checksum(Dataset... sets) {
    CRC32C checksum = new CRC32C();
    for (Dataset set : sets) {
      for (int i = 0; i < set.size(); i++) {
        String name = set.name(i);
        // The last two parts: where the data set lies does not change what it is.
        int slash = name.lastIndexOf('/');
        int from = slash < 0 ? 0 : name.lastIndexOf('/', slash - 1) + 1;
        checksum.update(
            (name.substring(from) + "=" + set.label(i) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().toHexDigits(checksum.getValue(), 8);
  }

  private static String checksum(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits(checksum.getValue(), 8);
  }

  /** The description as JSON. */
  @Override
  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /**
   * Reads the description of a run's folder.
   *
   * @throws TrainingException if there is none
   * @throws IOException if it cannot be read
   */
  public static RunDescription read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new TrainingException(folder + ": there is no run to resume, " + FILE + " is missing");
    }
    try {
      return JSON.readValue(TextFile.read(file), RunDescription.class);
    } catch (JacksonException e) {
      throw new TrainingException(file + ": this is not the description of a run", e);
    }
  }
}
