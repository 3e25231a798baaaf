package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import org.resnext4j.vision.Image;

/**
 * Labelled pictures, numbered from 0.
 *
 * <p>The list of pictures is known when the data set is opened; a picture is decoded when it is
 * read. All methods may be called by any number of threads at once.
 */
public interface Dataset {

  /** Names of the classes, in the order of the labels. */
  List<String> classes();

  /** Number of pictures. */
  int size();

  /**
   * The class of a picture.
   *
   * @throws IndexOutOfBoundsException if there is no such picture
   */
  int label(int index);

  /** The name of a picture in messages: its file, or its path in an archive. */
  String name(int index);

  /**
   * Decodes a picture.
   *
   * @throws org.resnext4j.vision.ImageException if it is not a picture that can be read
   * @throws IOException if the medium fails
   */
  Image read(int index) throws IOException;

  /** The files and folders among the pictures that are no pictures. */
  default Skipped skipped() {
    return Skipped.NOTHING;
  }

  /** How many pictures each class has. */
  default int[] classCounts() {
    int[] counts = new int[classes().size()];
    for (int i = 0; i < size(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /** The pictures at these places, in this order; the classes stay. */
  default Dataset subset(int... indexes) {
    return new Subset(this, indexes.clone());
  }
}
