package org.resnext4j.detection.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.Detections.Detection;

/**
 * Evaluates detections like pycocotools, with the same result to the last digit.
 *
 * <p>For each picture and category, the detections of the highest scores (at most {@value
 * #MOST_DETECTIONS}) are matched in descending order of their scores. A detection matches the free
 * true box with the largest intersection over union, if this overlap reaches the threshold. A
 * detection that matches a crowd or an object outside the size range counts neither as right nor as
 * wrong.
 */
public final class CocoEvaluation {

  /** Thresholds of intersection over union: 0.50, 0.55 … 0.95. */
  static final double[] OVERLAPS = steps(0.5, 0.95, 10);

  /** Recalls at which precision is sampled: 0.00, 0.01 … 1.00. */
  static final double[] RECALLS = steps(0, 1, 101);

  /** Largest number of detections that count for a picture and category. */
  static final int MOST_DETECTIONS = 100;

  private CocoEvaluation() {}

  /** Sizes of objects by area in pixels. The range of a size includes both ends. */
  enum Size {
    ALL(0, 0, 1e10),
    SMALL(1, 0, 32 * 32),
    MEDIUM(2, 32 * 32, 96 * 96),
    LARGE(3, 96 * 96, 1e10);

    private final int index;
    private final double least;
    private final double most;

    Size(int index, double least, double most) {
      this.index = index;
      this.least = least;
      this.most = most;
    }

    /** Index of the size in arrays with one entry for each size. */
    int index() {
      return index;
    }

    boolean contains(double area) {
      return area >= least && area <= most;
    }
  }

  /**
   * Evaluates detections.
   *
   * @param truth all pictures of the set
   * @param detections detections in any order of pictures; equal scores keep the given order
   * @throws IllegalArgumentException if a detection names a picture that the set does not have
   */
  public static CocoResult evaluate(Annotations truth, List<Detection> detections) {
    Map<Integer, Map<Long, List<Detection>>> found = grouped(truth, detections);
    List<Picture> pictures =
        truth.pictures().stream().sorted(Comparator.comparingLong(Picture::id)).toList();
    Map<Integer, Map<Long, List<TrueBox>>> objects = grouped(pictures);
    // Categories are independent, so the distribution over threads does not change the result.
    List<CategoryCurves> curves =
        truth.categories().parallelStream()
            .map(category ->
                curves(
                    category,
                    pictures,
                    objects.getOrDefault(category.id(), Map.of()),
                    found.getOrDefault(category.id(), Map.of())))
            .toList();
    return new CocoResult(curves);
  }

  private static CategoryCurves curves(
      Category category,
      List<Picture> pictures,
      Map<Long, List<TrueBox>> objects,
      Map<Long, List<Detection>> found) {
    CategoryMatches matches = new CategoryMatches();
    for (Picture picture : pictures) {
      List<TrueBox> there = objects.getOrDefault(picture.id(), List.of());
      List<Detection> seen = found.getOrDefault(picture.id(), List.of());
      if (!there.isEmpty() || !seen.isEmpty()) {
        matches.add(there, surest(seen));
      }
    }
    return matches.curves(category);
  }

  private static Map<Integer, Map<Long, List<Detection>>> grouped(
      Annotations truth, List<Detection> detections) {
    Map<Long, Picture> known = new HashMap<>();
    truth.pictures().forEach(picture -> known.put(picture.id(), picture));
    Map<Integer, Map<Long, List<Detection>>> grouped = new HashMap<>();
    for (Detection detection : detections) {
      if (!known.containsKey(detection.picture())) {
        throw new IllegalArgumentException(
            "a detection names picture %d, which the annotations do not have"
                .formatted(detection.picture()));
      }
      grouped
          .computeIfAbsent(detection.category(), _ -> new HashMap<>())
          .computeIfAbsent(detection.picture(), _ -> new ArrayList<>())
          .add(detection);
    }
    return grouped;
  }

  private static Map<Integer, Map<Long, List<TrueBox>>> grouped(List<Picture> pictures) {
    Map<Integer, Map<Long, List<TrueBox>>> grouped = new HashMap<>();
    for (Picture picture : pictures) {
      for (TrueBox object : picture.objects()) {
        grouped
            .computeIfAbsent(object.category(), _ -> new HashMap<>())
            .computeIfAbsent(picture.id(), _ -> new ArrayList<>())
            .add(object);
      }
    }
    return grouped;
  }

  private static List<Detection> surest(List<Detection> detections) {
    return detections.stream()
        .sorted(Comparator.comparingDouble(detection -> -detection.score()))
        .limit(MOST_DETECTIONS)
        .toList();
  }

  /** The values of NumPy's {@code linspace}, to the last bit. */
  private static double[] steps(double first, double last, int count) {
    double[] values = new double[count];
    double step = (last - first) / (count - 1);
    for (int i = 0; i < count - 1; i++) {
      values[i] = i * step + first;
    }
    values[count - 1] = last;
    return values;
  }
}
