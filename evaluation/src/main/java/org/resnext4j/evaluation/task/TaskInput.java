package org.resnext4j.evaluation.task;

import java.nio.file.Path;
import java.util.Optional;
import org.resnext4j.vision.ImageReader;

/**
 * The files and options of a task.
 *
 * {@snippet :
 * TaskInput test160 = TaskInput.of(Path.of("GasHisSDB")).withSplit("160/test");
 * }
 *
 * @param data folder or file of the data set
 * @param split part of the data set, in the task's own words
 * @param partial whether pictures may be missing
 * @param groundTruth file with the labels of ImageNet's flat validation pictures
 * @param subset file with the classes of the 1K-way view of ImageNet-5K
 * @param annotations file of VizWiz's annotations
 * @param quality file or folder of VizWiz's quality annotations
 * @param reader decodes pictures
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

  /** The input of a complete data set in its published layout. */
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

  /** This input with a part of the data set. */
  public TaskInput withSplit(String name) {
    return new TaskInput(
        data, Optional.of(name), partial, groundTruth, subset, annotations, quality, reader);
  }

  /** This input with permission for missing pictures. */
  public TaskInput withPartial() {
    return new TaskInput(data, split, true, groundTruth, subset, annotations, quality, reader);
  }

  /** This input with a ground truth file. */
  public TaskInput withGroundTruth(Path file) {
    return new TaskInput(
        data, split, partial, Optional.of(file), subset, annotations, quality, reader);
  }

  /** This input with a list of the 1K classes. */
  public TaskInput withSubset(Path file) {
    return new TaskInput(
        data, split, partial, groundTruth, Optional.of(file), annotations, quality, reader);
  }

  /** This input with VizWiz's quality annotations. */
  public TaskInput withQuality(Path fileOrFolder) {
    return new TaskInput(
        data, split, partial, groundTruth, subset, annotations, Optional.of(fileOrFolder), reader);
  }
}
