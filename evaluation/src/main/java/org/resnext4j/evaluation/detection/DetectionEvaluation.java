package org.resnext4j.evaluation.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.resnext4j.detection.DetectedObject;
import org.resnext4j.detection.Detector;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.DetectionSet;
import org.resnext4j.detection.annotation.DetectionSetException;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.metric.CocoEvaluation;
import org.resnext4j.detection.metric.CocoResult;
import org.resnext4j.detection.metric.Mistakes;
import org.resnext4j.evaluation.EvaluationOptions;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.data.ReadAhead;

/**
 * The result of a detector's evaluation on a data set.
 *
 * {@snippet :
 * DetectionSet coco = DetectionSet.read(Path.of("coco"), "val2017", Optional.empty());
 * try (Detector detector = Detector.load(file, backend)) {
 *   DetectionEvaluation evaluation =
 *       DetectionEvaluation.of(coco, detector, DetectionEvaluation.Options.defaults());
 *   double ap = evaluation.result().numbers().get("AP");
 * }
 * }
 *
 * @param dataSet name of the data set
 * @param size number of pictures in the data set
 * @param truth the evaluated and the failed pictures with their boxes; boxes of failed pictures
 *     count as missed
 * @param detections all boxes that the detector found
 * @param failures one sentence for each picture that could not be evaluated
 * @param result COCO's numbers
 * @param mistakes number of mistakes of each kind among boxes with a score of at least {@value
 *     #SHOWN_FROM}
 */
public record DetectionEvaluation(
    String dataSet,
    int size,
    Annotations truth,
    List<Detection> detections,
    List<String> failures,
    CocoResult result,
    Map<Mistakes.Kind, Integer> mistakes) {

  /** Least score of the boxes whose mistakes are counted. */
  public static final double SHOWN_FROM = 0.5;

  /** Copies the lists. */
  public DetectionEvaluation {
    detections = List.copyOf(detections);
    failures = List.copyOf(failures);
  }

  /** Receives the progress of an evaluation. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Called after each picture.
     *
     * @param pictures number of finished pictures
     * @param all number of all pictures
     */
    void done(int pictures, int all);
  }

  /**
   * The options of an evaluation.
   *
   * @param limit largest number of pictures, which are spread evenly over the data set; empty for
   *     all pictures
   * @param reader reads the pictures
   * @param readers number of threads that read and decode ahead of the detector
   * @param progress receives the progress
   */
  public record Options(OptionalInt limit, ImageReader reader, int readers, Progress progress) {

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if a count is less than 1
     */
    public Options {
      if (limit.orElse(1) < 1 || readers < 1) {
        throw new IllegalArgumentException(
            "an evaluation needs a limit and readers of at least 1, but was given %s and %d"
                .formatted(limit.isPresent() ? limit.getAsInt() : "no limit", readers));
      }
    }

    /** All pictures, the usual reader, and one reading thread for each processor. */
    public static Options defaults() {
      int processors = Runtime.getRuntime().availableProcessors();
      return new Options(OptionalInt.empty(), ImageReader.defaults(), processors, (_, _) -> {});
    }
  }

  /** A picture after reading: decoded, or with the reason of its failure. */
  private record Read(Picture picture, Optional<Image> image, String failure) {}

  /**
   * Runs a detector on a data set. Other threads read and decode pictures ahead of the detector.
   *
   * @param set the data set
   * @param detector the detector
   * @param options limit, reader and progress
   * @throws DetectionSetException if the detector has other classes than the data set
   * @throws IOException if the annotations cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  public static DetectionEvaluation of(DetectionSet set, Detector detector, Options options)
      throws IOException, InterruptedException {
    Annotations all = set.annotations();
    Map<Integer, Integer> categories = CategoryNumbers.of(detector.classNames(), all);
    List<Picture> pictures =
        Arrays.stream(EvaluationOptions.places(all.pictures().size(), options.limit()))
            .mapToObj(all.pictures()::get)
            .toList();
    List<Detection> detections = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try (ReadAhead<Picture, Read> reading =
        ReadAhead.start(
            "detection",
            pictures.iterator(),
            picture -> read(set, picture, options.reader()),
            read -> read.image().map(image -> (long) image.rgb().length).orElse(0L),
            ReadAhead.Limits.of(options.readers(), 2 * options.readers()))) {
      for (int done = 1; done <= pictures.size(); done++) {
        Read read = reading.next().orElseThrow();
        if (read.image().isEmpty()) {
          failures.add(named(read.picture(), read.failure()));
        } else {
          try {
            for (DetectedObject object : detector.detect(read.image().get())) {
              Integer category = categories.get(object.label());
              if (category != null) {
                detections.add(
                    new Detection(read.picture().id(), category, object.box(), object.score()));
              }
            }
          } catch (IllegalArgumentException | ArithmeticException e) {
            failures.add(named(read.picture(), String.valueOf(e.getMessage())));
          }
        }
        options.progress().done(done, pictures.size());
      }
    }
    Annotations truth = new Annotations(all.categories(), pictures, all.remarks());
    List<Detection> shown =
        detections.stream().filter(detection -> detection.score() >= SHOWN_FROM).toList();
    return new DetectionEvaluation(
        set.name(),
        all.pictures().size(),
        truth,
        detections,
        failures,
        CocoEvaluation.evaluate(truth, detections),
        Mistakes.count(truth, shown));
  }

  private static String named(Picture picture, String reason) {
    return reason.contains(picture.file()) ? reason : picture.file() + ": " + reason;
  }

  private static Read read(DetectionSet set, Picture picture, ImageReader reader) {
    try {
      Path file = set.file(picture);
      if (Files.notExists(file)) {
        throw new DetectionSetException(file + ": there is no such file");
      }
      Image image = reader.read(file);
      requireSize(picture, image);
      return new Read(picture, Optional.of(image), "");
    } catch (OutOfMemoryError e) {
      return new Read(picture, Optional.empty(), "the heap is too small to decode it");
    } catch (IOException | RuntimeException e) {
      // A fault of a decoder on a hostile file must not end the run.
      String reason = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
      return new Read(picture, Optional.empty(), reason);
    }
  }

  /** Refuses a picture of another size, because its boxes would be at other places. */
  private static void requireSize(Picture picture, Image image) {
    if (picture.height() != image.height() || picture.width() != image.width()) {
      throw new IllegalArgumentException(
          "the annotations say %d×%d pixels, but the picture has %d×%d"
              .formatted(picture.height(), picture.width(), image.height(), image.width()));
    }
  }

  /** Number of pictures that the detector answered. */
  public int evaluated() {
    return truth.pictures().size() - failures.size();
  }

  /** Number of pictures that the limit left out. */
  public int skipped() {
    return size - truth.pictures().size();
  }
}
