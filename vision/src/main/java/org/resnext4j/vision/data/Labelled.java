package org.resnext4j.vision.data;

/** Checks the labels of a data set. */
final class Labelled {

  private Labelled() {}

  static void check(int classes, int pictures, int[] labels) {
    if (labels.length != pictures) {
      throw new IllegalArgumentException(
          "a data set needs a label a picture, but found %d labels and %d pictures"
              .formatted(labels.length, pictures));
    }
    for (int label : labels) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "a label should be 0 to %d, but found %d".formatted(classes - 1, label));
      }
    }
  }
}
