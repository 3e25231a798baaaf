package org.resnext4j.detection.training;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.resnext4j.detection.annotation.DetectionSet;
import org.resnext4j.detection.annotation.DetectionSetException;

/**
 * The pictures for training and for validation.
 *
 * @param training the annotated training pictures
 * @param examples the training pictures that have an object
 * @param validation the annotated validation pictures, if there are any
 */
public record DetectionSets(
    DetectionSet training, DetectionExamples examples, Optional<DetectionSet> validation) {

  /**
   * Opens the parts {@code train} and {@code val} of a data set in COCO's layout.
   *
   * @throws DetectionSetException if there is no training part, a picture's file is missing, or the
   *     parts have different categories
   * @throws IOException if the annotations cannot be read
   */
  public static DetectionSets open(Path folder) throws IOException {
    DetectionSet training = DetectionSet.read(folder, "train", Optional.empty());
    Optional<DetectionSet> validation =
        hasValidation(folder)
            ? Optional.of(DetectionSet.read(folder, "val", Optional.empty()))
            : Optional.empty();
    if (validation.isPresent()) {
      List<?> expected = training.annotations().categories();
      List<?> found = validation.get().annotations().categories();
      if (!found.equals(expected)) {
        throw new DetectionSetException(
            "%s: expected the categories of the training pictures, %s, but found %s to validate on"
                .formatted(folder, expected, found));
      }
    }
    return new DetectionSets(training, DetectionExamples.of(training), validation);
  }

  /** Numbers of pictures. */
  DetectionRun.Counts counts() {
    return new DetectionRun.Counts(
        examples.examples().size(),
        validation.map(set -> set.annotations().pictures().size()).orElse(0));
  }

  private static boolean hasValidation(Path folder) throws IOException {
    Path annotations = folder.resolve("annotations");
    if (!Files.isDirectory(annotations)) {
      return false;
    }
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(annotations, "instances_val*.json")) {
      return files.iterator().hasNext();
    }
  }
}
