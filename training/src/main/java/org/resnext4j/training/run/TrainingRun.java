package org.resnext4j.training.run;

/**
 * The description of a run for any task. Each task has a record of its own; {@link
 * org.resnext4j.training.classification.RunDescription} describes classification.
 */
public interface TrainingRun {

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

  /** The whole description as JSON, for {@link org.resnext4j.models.RunFiles#DESCRIPTION}. */
  String toJson();

  /** The whole recipe as JSON, for {@link org.resnext4j.models.RunFiles#RECIPE}. */
  String recipeJson();
}
