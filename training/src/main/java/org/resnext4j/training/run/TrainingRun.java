package org.resnext4j.training.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.resnext4j.models.RunFiles;
import org.resnext4j.vision.text.TextFile;

/**
 * The description of a run for any task. Each task has a record of its own; {@link
 * org.resnext4j.training.classification.RunDescription} describes classification.
 */
public interface TrainingRun {

  /**
   * Reads the text of the description in a run's folder, which {@link #toJson} wrote.
   *
   * @throws TrainingException if there is no description
   * @throws IOException if the file cannot be read
   */
  static String read(Path folder) throws IOException {
    Path file = folder.resolve(RunFiles.DESCRIPTION);
    if (!Files.exists(file)) {
      throw new TrainingException(
          folder + ": there is no run to resume, " + RunFiles.DESCRIPTION + " is missing");
    }
    return TextFile.read(file);
  }

  /** Name of the network. */
  String modelName();

  /** Name of the recipe. */
  String recipeName();

  /** The seed of all random numbers. */
  long seed();

  /** Number of epochs between validations, at least 1. */
  int validateEvery();

  /** Folder or archive of the training examples. */
  String data();

  /** File of the first weights; empty for random weights. */
  String startWeights();

  /** A checksum over the names and labels of the examples. */
  String examplesChecksum();

  /** The labels of the charts in the report. */
  Charts charts();

  /** One sentence for the report: recipe, seed, data. */
  String summary();

  /**
   * A checksum over everything that decides the result. Two runs with equal fingerprints end in
   * equal bits.
   */
  String fingerprint();

  /** The whole description as JSON, for {@link RunFiles#DESCRIPTION}. */
  String toJson();

  /** The whole recipe as JSON, for {@link RunFiles#RECIPE}. */
  String recipeJson();
}
