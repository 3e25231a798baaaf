package org.resnext4j.training;

import org.resnext4j.training.run.Charts;
import org.resnext4j.training.run.TrainingRun;

/** The description of a test's training, whose files need no content. */
record TestRun(String modelName, Charts charts) implements TrainingRun {

  @Override
  public String recipeName() {
    return "test";
  }

  @Override
  public long seed() {
    return 3;
  }

  @Override
  public int validateEvery() {
    return 1;
  }

  @Override
  public String data() {
    return "pictures";
  }

  @Override
  public String startWeights() {
    return "";
  }

  @Override
  public String examplesChecksum() {
    return "none";
  }

  @Override
  public String summary() {
    return modelName;
  }

  @Override
  public String fingerprint() {
    return modelName;
  }

  @Override
  public String toJson() {
    return "{}";
  }

  @Override
  public String recipeJson() {
    return "{}";
  }
}
