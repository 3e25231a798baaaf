package org.resnext4j.training.run;

/**
 * What a run trains, whatever its task. {@link
 * org.resnext4j.training.classification.RunDescription} is the one of classification; another task
 * has a record of its own.
 */
public interface TrainingRun {

  /** Name of the network. */
  String modelName();

  /** Name of the recipe. */
  String recipeName();

  /** The seed of all chance. */
  long seed();

  /** Epochs from one validation to the next, at least 1. */
  int validateEvery();

  /** The labels of the charts in the report. */
  Charts charts();

  /** One sentence for the report: recipe, seed, data. */
  String summary();

  /**
   * A checksum over everything that decides the result; two runs of equal ones end in equal bits.
   */
  String fingerprint();

  /** The whole description as JSON, for {@link org.resnext4j.models.RunFiles#DESCRIPTION}. */
  String toJson();

  /** The whole recipe as JSON, for {@link org.resnext4j.models.RunFiles#RECIPE}. */
  String recipeJson();
}
