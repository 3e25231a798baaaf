package org.resnext4j.detection.box;

import java.util.Arrays;

/**
 * Assigns to each candidate box the true object that it is trained on, or none (Faster R-CNN,
 * section 3.1.2).
 *
 * @param foreground intersection over union from which a candidate belongs to an object
 * @param background overlap below which a candidate belongs to none; between the two it does not
 *     count
 * @param lowQuality whether the candidates that overlap an object most belong to it whatever their
 *     overlap
 */
public record Matcher(float foreground, float background, boolean lowQuality) {

  /** The candidate belongs to no object. */
  public static final int BACKGROUND = -1;

  /** The candidate overlaps too much for background and too little for an object. */
  public static final int BETWEEN = -2;

  /**
   * Checks the order of the thresholds.
   *
   * @throws IllegalArgumentException if the background's is above the foreground's
   */
  public Matcher {
    if (!(background <= foreground)) {
      throw new IllegalArgumentException(
          "the background's overlap must not be above the foreground's, but %s is above %s"
              .formatted(background, foreground));
    }
  }

  /** For proposals: an object from 0.7, background below 0.3, the best of each object counts. */
  public static Matcher proposals() {
    return new Matcher(0.7f, 0.3f, true);
  }

  /** For detections: an object from 0.5, else background. */
  public static Matcher detections() {
    return new Matcher(0.5f, 0.5f, false);
  }

  /**
   * Matches by overlap.
   *
   * @return for each candidate the position of its object, {@link #BACKGROUND} or {@link #BETWEEN}
   */
  public int[] match(Boxes objects, Boxes candidates) {
    float[][] overlaps = new float[objects.count()][candidates.count()];
    for (int object = 0; object < overlaps.length; object++) {
      for (int candidate = 0; candidate < candidates.count(); candidate++) {
        overlaps[object][candidate] = objects.overlap(object, candidates, candidate);
      }
    }
    return match(overlaps, candidates.count());
  }

  /**
   * Matches by overlaps that are known.
   *
   * @param overlaps for each object those with all candidates
   * @param candidates number of candidates; there may be no object
   */
  int[] match(float[][] overlaps, int candidates) {
    int[] best = new int[candidates];
    float[] most = new float[candidates];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    for (int object = 0; object < overlaps.length; object++) {
      for (int candidate = 0; candidate < candidates; candidate++) {
        if (overlaps[object][candidate] > most[candidate]) {
          most[candidate] = overlaps[object][candidate];
          best[candidate] = object;
        }
      }
    }
    int[] matches = new int[candidates];
    for (int candidate = 0; candidate < candidates; candidate++) {
      matches[candidate] =
          most[candidate] >= foreground
              ? best[candidate]
              : most[candidate] >= background ? BETWEEN : BACKGROUND;
    }
    if (lowQuality) {
      for (float[] object : overlaps) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float overlap : object) {
          highest = Math.max(highest, overlap);
        }
        for (int candidate = 0; candidate < candidates; candidate++) {
          if (object[candidate] == highest) {
            matches[candidate] = best[candidate];
          }
        }
      }
    }
    return matches;
  }
}
