package org.resnext4j.vision.data;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The counts, by kind, of the files and folders in a data set that are none of its pictures.
 *
 * @param kinds the count of each kind, such as {@code hidden} or {@code .txt}
 */
public record Skipped(SortedMap<String, Integer> kinds) {

  /** Names that begin with a dot: AppleDouble's {@code ._x.jpg}, {@code .ipynb_checkpoints}. */
  static final String HIDDEN = "hidden";

  /** Files that operating systems and network drives create. */
  static final String SYSTEM = "system files";

  /** Files without an ending. */
  static final String NO_ENDING = "without an ending";

  /** Files with an ending that names no usual kind of file. */
  static final String OTHER_ENDINGS = "other endings";

  static final String BROKEN_LINKS = "links that lead nowhere";
  static final String SEEN_BEFORE = "folders that links lead to again";
  static final String SPECIAL = "pipes and devices";
  static final String OUTSIDE_CLASSES = "pictures outside the classes' folders";
  static final String BESIDE_PARTS = "folders beside the data set's parts";
  static final String OUT_OF_ARCHIVE = "paths that lead out of the archive";
  static final String OLDER = "older versions of a file in the archive";
  static final String SAMPLE_PARTS = "other files of samples";

  private static final int SHOWN = 8;

  /** Nothing was skipped. */
  public static final Skipped NOTHING = new Skipped(Collections.emptySortedMap());

  /** Copies the map. */
  public Skipped {
    kinds = Collections.unmodifiableSortedMap(new TreeMap<>(kinds));
  }

  /**
   * Returns the number of skipped files and folders. The content of a skipped folder does not
   * count.
   */
  public int total() {
    return kinds.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the sum of these counts and others. */
  public Skipped plus(Skipped other) {
    SortedMap<String, Integer> both = new TreeMap<>(kinds);
    other.kinds.forEach((kind, count) -> both.merge(kind, count, Integer::sum));
    return new Skipped(both);
  }

  /**
   * Lists the kinds and their counts, the most frequent kind first, such as {@code .txt 3, hidden
   * 1}.
   */
  @Override
  public String toString() {
    String most =
        kinds.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(SHOWN)
            .map(kind -> kind.getKey() + " " + kind.getValue())
            .collect(Collectors.joining(", "));
    return kinds.size() > SHOWN
        ? "%s and %d more kinds".formatted(most, kinds.size() - SHOWN)
        : most;
  }
}
