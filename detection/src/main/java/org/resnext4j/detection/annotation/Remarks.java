package org.resnext4j.detection.annotation;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.resnext4j.vision.text.Printable;

/**
 * What a reader of annotations met that a user should know, counted by kind, with the first few of
 * each kind by name.
 */
public final class Remarks {

  private static final int NAMED = 5;

  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, List<String>> names = new EnumMap<>(Kind.class);

  /** Nothing yet. */
  public Remarks() {}

  /** A kind of remark. */
  public enum Kind {
    /** The box names a picture that the file does not have; it is left out. */
    UNKNOWN_PICTURE("boxes left out: their picture is not in the file"),
    /** The box names a category that the file does not have; it is left out. */
    UNKNOWN_CATEGORY("boxes left out: their category is not in the file"),
    /** The box is no four finite numbers, or a size is negative; it is left out. */
    MALFORMED_BOX("boxes left out: they are no four numbers of a box"),
    /** The box has no width or no height; it stays for evaluation and nothing learns from it. */
    EMPTY_BOX("boxes without area: kept for evaluation, not learnt from"),
    /** The box reaches beyond its picture; it stays as it is. */
    BOX_OUTSIDE("boxes that reach beyond their picture: kept as they are"),
    /** The picture has no name, or no size; it is left out with its boxes. */
    MALFORMED_PICTURE("pictures left out: they have no id, name or size"),
    /** The picture's number was there before; it is left out. */
    REPEATED_PICTURE("pictures left out: another one has their id"),
    /** The category's number or name was there before; it is left out. */
    REPEATED_CATEGORY("categories left out: another one has their id or name"),
    /** The picture's file is not in the folder. */
    MISSING_FILE("pictures whose file is missing"),
    /** The picture has no box. */
    NO_BOX("pictures without a box: kept"),
    /** The box surrounds a group. */
    CROWD("boxes of crowds: neither learnt from nor counted"),
    /** The object has an outline (a segmentation) in the file; only its box is read. */
    OUTLINE("outlines not read: boxes alone are"),
    /** What a format could not say was left out on writing. */
    NOT_WRITTEN("boxes not written: the format has no crowds or boxes without area"),
    /** The category has no box, and the format names only categories of boxes. */
    CATEGORY_NOT_WRITTEN("categories not written: no box that the format can say has them"),
    /** The format has no mark for a box that is difficult; the box itself is written. */
    DIFFICULT_NOT_WRITTEN("marks 'difficult' not written: the format has none"),
    /** The format has no area of an outline; the box's own area takes its place. */
    AREA_NOT_WRITTEN("areas of outlines not written: the format has boxes alone");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** Counts one. */
  public void add(Kind kind, String name) {
    counts.merge(kind, 1, Integer::sum);
    List<String> named = names.computeIfAbsent(kind, _ -> new ArrayList<>());
    if (named.size() < NAMED) {
      named.add(name);
    }
  }

  /** Counts what is to be said of a box that stays. */
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

  /** Counts an area that is not the box's own, for formats that have boxes alone. */
  void addArea(String name, Annotations.TrueBox object) {
    double own = object.box().area();
    if (Math.abs(object.area() - own) > 1e-6 * Math.max(1, own)) {
      add(Kind.AREA_NOT_WRITTEN, name);
    }
  }

  /** How many of a kind there were. */
  public int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** One line a kind, such as {@code 2 pictures whose file is missing: a.jpg, b.jpg}. */
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
