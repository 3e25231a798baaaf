package org.resnext4j.training.classification;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.Checksum;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.training.run.TrainingRun;
import org.resnext4j.vision.data.Dataset;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The full description of a classifier's training, which {@code run.json} in the run's folder
 * holds. Two runs with equal descriptions end in the same bits.
 *
 * {@snippet :
 * RunDescription run = RunDescription.read(folder);
 * int epochs = run.recipe().epochs();
 * }
 *
 * @param model the network
 * @param recipe the recipe
 * @param seed seed of all random numbers
 * @param data folder or archive of the pictures
 * @param startWeights file of the first weights; empty for random weights
 * @param validationSplit share of the training pictures that became validation pictures, 0 for none
 * @param validateEvery number of epochs between validations
 * @param classes names of the classes
 * @param trainingPictures number of training pictures
 * @param validationPictures number of validation pictures
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
  public String examplesChecksum() {
    return pictures;
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

  /** A checksum over everything that decides the result; the pictures' folder does not. */
  @Override
  public String fingerprint() {
    return new Checksum()
        .add(
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
                    pictures)))
        .toString();
  }

  /** A checksum over the names and labels of a data set's pictures. */
  public static String checksum(Dataset... sets) {
    Checksum checksum = new Checksum();
    for (Dataset set : sets) {
      for (int i = 0; i < set.size(); i++) {
        String name = set.name(i);
        // The last two parts alone: a data set may move to another folder.
        int slash = name.lastIndexOf('/');
        int from = slash < 0 ? 0 : name.lastIndexOf('/', slash - 1) + 1;
        checksum.add(name.substring(from) + "=" + set.label(i) + "\n");
      }
    }
    return checksum.toString();
  }

  /** The description as JSON. */
  @Override
  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /**
   * Reads the description in a run's folder.
   *
   * @throws TrainingException if there is no description, or the file is not one
   * @throws IOException if the file cannot be read
   */
  public static RunDescription read(Path folder) throws IOException {
    String json = TrainingRun.read(folder);
    try {
      return JSON.readValue(json, RunDescription.class);
    } catch (JacksonException e) {
      throw new TrainingException(
          folder.resolve(FILE) + ": this is not the description of a run", e);
    }
  }
}
