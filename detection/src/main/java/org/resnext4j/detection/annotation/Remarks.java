package org.resnext4j.detection.annotation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.resnext4j.vision.text.Printable;

/**
 * Counts the unusual records that a reader or writer of annotations met, by kind, and keeps the
 * first few names of each kind for the user.
 */
public final class Remarks {

  private static final int NAMED = 5;

  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);

  /** Creates an empty list of remarks. */
  public Remarks() {}

  /** A kind of remark. */
  public enum Kind {
    /** The box names a picture that the file does not have; it is left out. */
    UNKNOWN_PICTURE("boxes left out: their picture is not in the file"),
    /** The box names a category that the file does not have; it is left out. */
    UNKNOWN_CATEGORY("boxes left out: their category is not in the file"),
    /** The box has fewer than four finite numbers, or a negative size; it is left out. */
    MALFORMED_BOX("boxes left out: they are no four numbers of a box"),
    /** The box has no width or no height; evaluation uses it, and training does not. */
    EMPTY_BOX("boxes without area: kept for evaluation, not learnt from"),
    /** The box extends beyond its picture; it stays unchanged. */
    BOX_OUTSIDE("boxes that reach beyond their picture: kept as they are"),
    /** The picture has no name, or no size; it is left out with its boxes. */
    MALFORMED_PICTURE("pictures left out: they have no id, name or size"),
    /** An earlier picture has the same number; this picture is left out. */
    REPEATED_PICTURE("pictures left out: another one has their id"),
    /** An earlier category has the same number or name; this category is left out. */
    REPEATED_CATEGORY("categories left out: another one has their id or name"),
    /** The picture's file is not in the folder. */
    MISSING_FILE("pictures whose file is missing"),
    /** The picture has no box. */
    NO_BOX("pictures without a box: kept"),
    /** The box surrounds a group of objects. */
    CROWD("boxes of crowds: neither learnt from nor counted"),
    /** The file has an outline (a segmentation) of the object; the reader uses only the box. */
    OUTLINE("outlines not read: boxes alone are"),
    /** The format cannot express the box; the writer left it out. */
    NOT_WRITTEN("boxes not written: the format has no crowds or boxes without area"),
    /**
     * No box that the format can express has the category, and the format lists only categories
     * with boxes.
     */
    CATEGORY_NOT_WRITTEN("categories not written: no box that the format can say has them"),
    /** The format cannot mark a box as difficult; the writer wrote the box without the mark. */
    DIFFICULT_NOT_WRITTEN("marks 'difficult' not written: the format has none"),
    /** The format cannot store the area of an outline; the box's own area replaces it. */
    AREA_NOT_WRITTEN("areas of outlines not written: the format has boxes alone");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** Counts a record of a kind. */
  public void add(Kind kind, String name) {
    counts.merge(kind, 1, Integer::sum);
    List<String> named = names.computeIfAbsent(kind, _ -> new ArrayList<>());
    if (named.size() < NAMED) {
      named.add(name);
    }
  }

  /** Counts the unusual properties of a box that the reader keeps. */
  void addBox(String name, Annotations.TrueBox object, int height, int width) {
    if (object.crowd()) {
      add(Kind.CROWD, name);
    }
    if (object.box().isEmpty()) {
      add(Kind.EMPTY_BOX, name);
    }
    if (object.box().leaves(height, width)) {
      add(Kind.BOX_OUTSIDE, name);
    }
  }

  /** Counts an area that differs from the box's own, for formats that store only boxes. */
  void addArea(String name, Annotations.TrueBox object) {
    double own = object.box().area();
    if (Math.abs(object.area() - own) > 1e-6 * Math.max(1, own)) {
      add(Kind.AREA_NOT_WRITTEN, name);
    }
  }

  /** Number of records of a kind. */
  public int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** One line for each kind, such as {@code 2 pictures whose file is missing: a.jpg, b.jpg}. */
  public List<String> lines() {
    return counts.entrySet().stream()
        .map(entry ->
            "%,d %s (%s%s)"
                .formatted(
                    entry.getValue(),
                    entry.getKey().text,
                    names.get(entry.getKey()).stream()
                        .map(Printable::of)
                        .collect(Collectors.joining(", ")),
                    entry.getValue() > NAMED ? ", …" : ""))
        .toList();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
