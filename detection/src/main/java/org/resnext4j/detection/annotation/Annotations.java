package org.resnext4j.detection.annotation;

import java.util.List;

/**
 * An annotated data set: pictures with their boxes.
 *
 * @param categories the categories of objects, in the file's order
 * @param pictures all pictures, including those without boxes
 * @param remarks counts of the records that the reader could not use or found unusual, by kind
 */
public record Annotations(List<Category> categories, List<Picture> pictures, Remarks remarks) {

  /** Copies the lists. */
  public Annotations {
    categories = List.copyOf(categories);
    pictures = List.copyOf(pictures);
  }

  /**
   * A category of objects.
   *
   * @param id the number of the category; numbers may have gaps
   * @param name the category's name
   */
  public record Category(int id, String name) {}

  /**
   * A picture.
   *
   * @param id the picture's number, which detection results refer to
   * @param file name of its file, relative to the folder of pictures
   * @param height height in pixels
   * @param width width in pixels
   * @param objects its boxes
   */
  public record Picture(long id, String file, int height, int width, List<TrueBox> objects) {

    /** Copies the list. */
    public Picture {
      objects = List.copyOf(objects);
    }
  }

  /**
   * A box that a person drew.
   *
   * @param category number of the category
   * @param box the box in pixels
   * @param area area of the object's outline in square pixels, or of the box if there is no
   *     outline; the outline's area may be less than the box's
   * @param crowd whether the box surrounds a group of objects without separate boxes; a detection
   *     of it counts neither as right nor as wrong, and a missed crowd does not count either
   * @param difficult whether Pascal VOC's annotators marked the object as difficult
   */
  public record TrueBox(
      int category, Rectangle box, double area, boolean crowd, boolean difficult) {}

  /** Number of boxes in all pictures. */
  public long boxes() {
    return pictures.stream().mapToLong(picture -> picture.objects().size()).sum();
  }
}
