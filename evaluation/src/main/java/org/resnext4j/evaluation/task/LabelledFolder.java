package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.Datasets;
import org.resnext4j.vision.data.Datasets.Split;

/** Labelled pictures in any form that {@link Datasets} reads. */
final class LabelledFolder {

  private LabelledFolder() {}

  static EvaluationSet read(TaskInput input) throws IOException {
    Split split = split(input.split().orElse("test"));
    Dataset dataset = Datasets.open(input.data(), split, input.reader());
    Path name = input.data().toRealPath().getFileName();
    return EvaluationSet.of(
        (name == null ? "folder" : name) + " " + split.name().toLowerCase(Locale.ROOT),
        Labels.of(dataset.classes()),
        dataset,
        List.of());
  }

  /**
   * The part of a data set with a name.
   *
   * @throws IllegalArgumentException if no part has the name
   */
  static Split split(String name) {
    return switch (name) {
      case "train" -> Split.TRAIN;
      case "val", "validation" -> Split.VALIDATION;
      case "test" -> Split.TEST;
      default ->
          throw new IllegalArgumentException(
              "--split must be train, val or test, but was '%s'".formatted(name));
    };
  }
}
