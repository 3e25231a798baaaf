package org.resnext4j.inference;

import java.util.Optional;
import java.util.stream.IntStream;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;

/** Labels and preprocessing for model files that hold none. */
final class Defaults {

  private static final int CIFAR_SIZE = 32;

  private Defaults() {}

  /**
   * The labels of the file. A file without labels gets those of ImageNet or CIFAR if number of
   * classes and stem fit, and numbers otherwise.
   */
  static Labels labels(ModelFile file) {
    ResNeXt model = file.model();
    if (!file.card().labels().isEmpty()) {
      return Labels.of(file.card().labels());
    }
    boolean small = model.inputSize() == CIFAR_SIZE;
    return switch (model.classes()) {
      case 1000 -> Labels.imagenet();
      case 10 -> small ? Labels.cifar10() : numbered(10);
      case 100 -> small ? Labels.cifar100() : numbered(100);
      default -> numbered(model.classes());
    };
  }

  /** Name of the data set whose labels are assumed; empty if the file holds labels. */
  static Optional<String> assumed(ModelFile file) {
    ResNeXt model = file.model();
    boolean small = model.inputSize() == CIFAR_SIZE;
    if (!file.card().labels().isEmpty()) {
      return Optional.empty();
    }
    return switch (model.classes()) {
      case 1000 -> Optional.of("ImageNet-1K");
      case 10 -> small ? Optional.of("CIFAR-10") : Optional.empty();
      case 100 -> small ? Optional.of("CIFAR-100") : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Labels numbered(int classes) {
    return Labels.of(IntStream.range(0, classes).mapToObj(index -> "class " + index).toList());
  }

  /**
   * The preprocessing of the file; without one CIFAR's for small pictures, ImageNet's for others.
   */
  static Preprocessing preprocessing(ModelFile file) {
    return file.card()
        .preprocessingJson()
        .map(Preprocessing::fromJson)
        .orElseGet(() ->
            file.model().inputSize() == CIFAR_SIZE
                ? Preprocessing.cifar()
                : Preprocessing.imagenet());
  }
}
