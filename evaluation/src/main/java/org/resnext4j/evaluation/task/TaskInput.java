package org.resnext4j.evaluation.task;

import java.nio.file.Path;
import java.util.Optional;
import org.resnext4j.vision.ImageReader;

/**
 * What a task is read from.
 *
 * @param data the data set's folder or file
 * @param split which part of it, in the task's own words
 * @param partial whether to make do with what is there when pictures are missing
 * @param groundTruth which file says what ImageNet's flat validation pictures are of
 * @param subset which file lists the classes of the 1K-way reading of ImageNet-5K
 * @param annotations which file holds VizWiz's annotations
 * @param quality which file or folder holds VizWiz's quality annotations
 * @param reader what decodes pictures
 */
public record TaskInput(
    Path data,
    Optional<String> split,
    boolean partial,
    Optional<Path> groundTruth,
    Optional<Path> subset,
    Optional<Path> annotations,
    Optional<Path> quality,
    ImageReader reader) {

  /** A whole data set in its published layout. */
  public static TaskInput of(Path data) {
    return new TaskInput(
        data,
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ImageReader.defaults());
  }

  /** The same for one part of the data set. */
  public TaskInput withSplit(String name) {
    return new TaskInput(
        data, Optional.of(name), partial, groundTruth, subset, annotations, quality, reader);
  }

  /** The same, making do with what is there. */
  public TaskInput withPartial() {
    return new TaskInput(data, split, true, groundTruth, subset, annotations, quality, reader);
  }

  /** The same with a ground truth file. */
  public TaskInput withGroundTruth(Path file) {
    return new TaskInput(
        data, split, partial, Optional.of(file), subset, annotations, quality, reader);
  }

  /** The same with a list of the 1K classes. */
  public TaskInput withSubset(Path file) {
    return new TaskInput(
        data, split, partial, groundTruth, Optional.of(file), annotations, quality, reader);
  }

  /** The same with VizWiz's quality annotations. */
  public TaskInput withQuality(Path fileOrFolder) {
    return new TaskInput(
        data, split, partial, groundTruth, subset, annotations, Optional.of(fileOrFolder), reader);
  }
}
