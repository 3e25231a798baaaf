package org.resnext4j.evaluation.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/**
 * A detector compared with the boxes of a data set.
 *
 * @param dataSet name of the data set
 * @param size pictures of the data set
 * @param truth the pictures that were asked for, those that could not be read among them: their
 *     boxes count as missed
 * @param detections all boxes that the detector found
 * @param failures one sentence for each picture that could not be read
 * @param result COCO's numbers
 * @param mistakes kinds of mistakes among the boxes of a score of at least {@value #SHOWN_FROM}
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

  /** Hears how far an evaluation is. */
  public interface Progress {

    /** So many pictures of so many are done. */
    void done(int pictures, int all);
  }

  /**
   * Runs a detector over a data set.
   *
   * @param limit pictures to take, evenly spread over the data set; empty for all
   * @throws IOException if the detector has other classes than the data set
   */
  public static DetectionEvaluation of(
      DetectionSet set, Detector detector, OptionalInt limit, Progress progress)
      throws IOException {
    Annotations all = set.annotations();
    Map<Integer, Integer> categories = CategoryNumbers.of(detector.classNames(), all);
    List<Picture> pictures = taken(all.pictures(), limit);
    List<Detection> detections = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      Picture picture = pictures.get(i);
      try {
        Path file = set.file(picture);
        if (Files.notExists(file)) {
          throw new DetectionSetException(file + ": there is no such file");
        }
        Image image = ImageReader.defaults().read(file);
        requireSize(picture, image);
        for (DetectedObject object : detector.detect(image)) {
          Integer category = categories.get(object.label());
          if (category != null) {
            detections.add(new Detection(picture.id(), category, object.box(), object.score()));
          }
        }
      } catch (IOException | IllegalArgumentException e) {
        String reason = String.valueOf(e.getMessage());
        failures.add(reason.contains(picture.file()) ? reason : picture.file() + ": " + reason);
      }
      progress.done(i + 1, pictures.size());
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

  /** Boxes of a picture of another size would lie elsewhere. */
  private static void requireSize(Picture picture, Image image) {
    if (picture.height() != image.height() || picture.width() != image.width()) {
      throw new IllegalArgumentException(
          "the annotations say %d×%d pixels, but the picture has %d×%d"
              .formatted(picture.height(), picture.width(), image.height(), image.width()));
    }
  }

  private static List<Picture> taken(List<Picture> pictures, OptionalInt limit) {
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("a limit must be at least 1, but is " + limit.getAsInt());
    }
    return Arrays.stream(EvaluationOptions.places(pictures.size(), limit))
        .mapToObj(pictures::get)
        .toList();
  }

  /** Pictures that the detector saw. */
  public int evaluated() {
    return truth.pictures().size() - failures.size();
  }

  /** Pictures left out by the limit. */
  public int skipped() {
    return size - truth.pictures().size();
  }
}
