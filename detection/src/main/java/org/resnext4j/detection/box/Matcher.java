package org.resnext4j.detection.box;

import java.util.Arrays;

/**
 * Assigns each candidate box to the true object that it learns, or to the background (Faster R-CNN,
 * section 3.1.2).
 *
 * @param foreground intersection over union from which a candidate belongs to an object
 * @param background intersection over union below which a candidate is background; a candidate
 *     between the two thresholds does not count
 * @param lowQuality whether the candidates with the largest overlap of an object belong to the
 *     object even if this overlap is low
 */
public record Matcher(float foreground, float background, boolean lowQuality) {

  /** The candidate belongs to no object. */
  public static final int BACKGROUND = -1;

  /** The candidate's overlap is too large for background and too small for an object. */
  public static final int BETWEEN = -2;

  /**
   * Checks the order of the thresholds.
   *
   * @throws IllegalArgumentException if the background's threshold is above the foreground's
   */
  public Matcher {
    if (!(background <= foreground)) {
      throw new IllegalArgumentException(
          "the background's overlap must not be above the foreground's, but %s is above %s"
              .formatted(background, foreground));
    }
  }

  /**
   * The matcher of proposals: an object from 0.7, background below 0.3, and the best candidates of
   * each object match in any case.
   */
  public static Matcher proposals() {
    return new Matcher(0.7f, 0.3f, true);
  }

  /** The matcher of detections: an object from 0.5, background below. */
  public static Matcher detections() {
    return new Matcher(0.5f, 0.5f, false);
  }

  /**
   * Matches candidates with objects by overlap.
   *
   * @return the position of each candidate's object, {@link #BACKGROUND} or {@link #BETWEEN}
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
   * Matches candidates with objects by given overlaps.
   *
   * @param overlaps for each object, its overlaps with all candidates
   * @param candidates number of candidates; the list of objects may be empty
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
