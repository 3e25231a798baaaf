package org.resnext4j.detection.annotation;

import java.util.List;

/**
 * Pictures with their boxes.
 *
 * @param categories what boxes show, in the file's order
 * @param pictures also those without a box
 * @param remarks what the reader met
 */
public record Annotations(List<Category> categories, List<Picture> pictures, Remarks remarks) {

  /** Copies the lists. */
  public Annotations {
    categories = List.copyOf(categories);
    pictures = List.copyOf(pictures);
  }

  /**
   * What a box can show.
   *
   * @param id the number that boxes name it by; numbers may have gaps
   * @param name for people
   */
  public record Category(int id, String name) {}

  /**
   * A picture.
   *
   * @param id the number that results name it by
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
   * @param box where it lies
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
