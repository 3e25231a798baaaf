package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import org.resnext4j.vision.Image;

/**
 * Labelled pictures, numbered from 0.
 *
 * <p>Opening a data set lists its pictures; {@link #read} decodes one picture. Any number of
 * threads may call all methods at once.
 */
public interface Dataset {

  /** Returns the names of the classes, in the order of the labels. */
  List<String> classes();

  /** Returns the number of pictures. */
  int size();

  /**
   * Returns the class of a picture, as an index into {@link #classes}.
   *
   * @throws IndexOutOfBoundsException if there is no such picture
   */
  int label(int index);

  /** Returns the name of a picture for messages: its file, or its path in an archive. */
  String name(int index);

  /**
   * Decodes a picture.
   *
   * @throws org.resnext4j.vision.ImageException if no decoder can read the picture
   * @throws IOException if the file or archive cannot be read
   */
  Image read(int index) throws IOException;

  /** Returns the counts of files and folders beside the pictures that are no pictures. */
  default Skipped skipped() {
    return Skipped.NOTHING;
  }

  /** Counts the pictures of each class, in the order of {@link #classes}. */
  default int[] classCounts() {
    int[] counts = new int[classes().size()];
    for (int i = 0; i < size(); i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /**
   * Returns a data set of the pictures with these indexes, in this order, with the same classes.
   */
  default Dataset subset(int... indexes) {
    return new Subset(this, indexes.clone());
  }
}
