package org.resnext4j.detection.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;

/**
 * Classifies the errors of a detector after Bolya et al., "TIDE: A General Toolbox for Identifying
 * Object Detection Errors" (ECCV 2020). A detection is right from an intersection over union of
 * 0.5, and it refers to an object from 0.1.
 */
public final class Mistakes {

  private static final double RIGHT = 0.5;
  private static final double MEANT = 0.1;

  private Mistakes() {}

  /** The kind of a detection or of a missed object. */
  public enum Kind {
    /** Right place, right class. */
    RIGHT,
    /** Right class; the overlap is from 0.1 to 0.5. */
    LOCALISATION,
    /** Right place, wrong class. */
    CLASS,
    /** Wrong class and an overlap from 0.1 to 0.5. */
    CLASS_AND_LOCALISATION,
    /** Right place and class, but a detection of a higher score took the object. */
    DUPLICATE,
    /** The detection refers to no object. */
    BACKGROUND,
    /** The detection lies on a crowd and does not count. */
    ON_CROWD,
    /** An object without a right detection. */
    MISSED
  }

  /**
   * Counts the mistakes of each kind.
   *
   * @param truth all pictures of the set
   * @param detections detections above the score threshold
   */
  public static Map<Kind, Integer> count(Annotations truth, List<Detection> detections) {
    Map<Long, List<Detection>> byPicture = new HashMap<>();
    for (Detection detection : detections) {
      byPicture.computeIfAbsent(detection.picture(), _ -> new ArrayList<>()).add(detection);
    }
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, 0);
    }
    for (Picture picture : truth.pictures()) {
      count(picture.objects(), byPicture.getOrDefault(picture.id(), List.of()), counts);
    }
    return counts;
  }

  private static void count(
      List<TrueBox> objects, List<Detection> detections, Map<Kind, Integer> counts) {
    boolean[] taken = new boolean[objects.size()];
    List<Detection> surestFirst =
        detections.stream()
            .sorted(Comparator.comparingDouble(detection -> -detection.score()))
            .toList();
    for (Detection detection : surestFirst) {
      counts.merge(kind(detection, objects, taken), 1, Integer::sum);
    }
    for (int object = 0; object < taken.length; object++) {
      if (!taken[object] && !objects.get(object).crowd()) {
        counts.merge(Kind.MISSED, 1, Integer::sum);
      }
    }
  }

  private static Kind kind(Detection detection, List<TrueBox> objects, boolean[] taken) {
    int free = -1;
    double mostFree = RIGHT;
    double mostSame = 0;
    double mostOther = 0;
    boolean onCrowd = false;
    for (int i = 0; i < objects.size(); i++) {
      TrueBox object = objects.get(i);
      boolean same = object.category() == detection.category();
      double overlap = overlap(detection.box(), object);
      if (object.crowd()) {
        onCrowd |= same && overlap >= RIGHT;
      } else if (!same) {
        mostOther = Math.max(mostOther, overlap);
      } else {
        mostSame = Math.max(mostSame, overlap);
        if (!taken[i] && overlap >= mostFree) {
          mostFree = overlap;
          free = i;
        }
      }
    }
    if (free >= 0) {
      taken[free] = true;
      return Kind.RIGHT;
    }
    if (onCrowd) {
      return Kind.ON_CROWD;
    }
    if (mostSame >= RIGHT) {
      return Kind.DUPLICATE;
    }
    if (mostOther >= RIGHT) {
      return Kind.CLASS;
    }
    if (mostSame >= MEANT) {
      return Kind.LOCALISATION;
    }
    return mostOther >= MEANT ? Kind.CLASS_AND_LOCALISATION : Kind.BACKGROUND;
  }

  private static double overlap(Rectangle found, TrueBox object) {
    double shared = found.intersection(object.box());
    double whole = object.crowd() ? found.area() : found.area() + object.box().area() - shared;
    return shared == 0 ? 0 : shared / whole;
  }
}
