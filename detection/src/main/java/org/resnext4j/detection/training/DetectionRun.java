package org.resnext4j.detection.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.recipe.RecipeJson;
import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.Checksum;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.training.run.TrainingRun;

/**
 * The full description of a training run, which its folder holds as {@code run.json}. Two runs with
 * equal descriptions give the same bits.
 *
 * @param detector the networks
 * @param recipe the training recipe
 * @param seed seed of all random numbers
 * @param data folder of the data set
 * @param startWeights file of the initial weights; empty for random weights
 * @param validateEvery epochs from one validation to the next
 * @param classes names of the classes, without the background's
 * @param counts numbers of the data set's pictures
 * @param checksum checksum over the names, boxes and classes of all training pictures
 */
public record DetectionRun(
    FasterRcnn detector,
    DetectionRecipe recipe,
    long seed,
    String data,
    String startWeights,
    int validateEvery,
    List<String> classes,
    Counts counts,
    String checksum)
    implements TrainingRun {

  /** Copies the classes. */
  public DetectionRun {
    classes = List.copyOf(classes);
  }

  /**
   * Numbers of a data set's pictures.
   *
   * @param training number of training pictures with an object
   * @param validation number of validation pictures; 0 if there are none
   */
  public record Counts(int training, int validation) {}

  /**
   * This run with the pictures of the given sets. Other pictures than before give another
   * fingerprint.
   */
  public DetectionRun on(DetectionSets sets) {
    return new DetectionRun(
        detector,
        recipe,
        seed,
        data,
        startWeights,
        validateEvery,
        classes,
        sets.counts(),
        sets.examples().checksum());
  }

  @Override
  public String modelName() {
    return detector.name();
  }

  @Override
  public String recipeName() {
    return recipe.name();
  }

  @Override
  public String examplesChecksum() {
    return checksum;
  }

  @Override
  public Charts charts() {
    return new Charts("sum of the four losses", "Regions right, average precision", "share", false);
  }

  @Override
  public String summary() {
    return "Recipe %s, seed %d, %d training and %d validation pictures of %d classes from %s."
        .formatted(
            recipe.name(), seed, counts.training(), counts.validation(), classes.size(), data);
  }

  /**
   * A checksum over all values that determine the result. The folder of the data is not one of
   * them.
   */
  @Override
  public String fingerprint() {
    DetectionRun here =
        new DetectionRun(detector, recipe, seed, "", "", validateEvery, classes, counts, checksum);
    return new Checksum().add(here.toJson()).toString();
  }

  @Override
  public String toJson() {
    return RecipeJson.write(this);
  }

  @Override
  public String recipeJson() {
    return RecipeJson.write(recipe);
  }

  /**
   * Reads the description of a run's folder.
   *
   * @throws TrainingException if there is no description, or it belongs to another task
   * @throws IOException if the description cannot be read
   */
  public static DetectionRun read(Path folder) throws IOException {
    Path file = folder.resolve(RunFiles.DESCRIPTION);
    String json = TrainingRun.read(folder);
    try {
      return RecipeJson.read(json, DetectionRun.class, file.toString());
    } catch (IllegalArgumentException e) {
      throw new TrainingException(file + ": this is not the description of a detector's run", e);
    }
  }
}
