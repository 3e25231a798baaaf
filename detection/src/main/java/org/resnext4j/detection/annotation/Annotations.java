package org.resnext4j.detection.annotation;

import java.util.List;

/**
 * An annotated data set: pictures with their boxes.
 *
 * @param categories the categories of objects, in the file's order
 * @param pictures all pictures, those without a box included
 * @param remarks records that the reader could not use or found unusual, counted by kind
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
   * @param id the picture's number, which results refer to
   * @param file name of its file, below the folder of pictures
   * @param height in pixels
   * @param width in pixels
   * @param objects its boxes
   */
  public record Picture(long id, String file, int height, int width, List<TrueBox> objects) {

    /** Copies the list. */
    public Picture {
      objects = List.copyOf(objects);
    }
  }

  /**
   * A box drawn by a person.
   *
   * @param category number of the category
   * @param box the box in pixels
   * @param area of what it shows, in pixels: of the object's outline where there is one, so it may
   *     be less than the box's
   * @param crowd whether it surrounds a group that was not taken apart: finding it earns nothing,
   *     missing it costs nothing
   * @param difficult whether Pascal VOC's annotators called it difficult
   */
  public record TrueBox(
      int category, Rectangle box, double area, boolean crowd, boolean difficult) {}

  /** Number of boxes in all pictures. */
  public long boxes() {
    return pictures.stream().mapToLong(picture -> picture.objects().size()).sum();
  }
}
