package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * An entry of a folder on disk or in an archive. Links are already followed.
 *
 * @param <F> the handle that reads a file
 */
sealed interface Entry<F> {

  /** Its name in its folder. */
  String name();

  /** A folder. */
  non-sealed interface Folder<F> extends Entry<F> {

    /** Its path in messages. */
    String path();

    /**
     * Its entries, in the order of their names.
     *
     * @throws IOException if it cannot be listed
     */
    List<Entry<F>> entries() throws IOException;

    /**
     * An identity that is equal for a folder reached in two ways.
     *
     * @throws IOException if it cannot be found out
     */
    Object identity() throws IOException;

    /**
     * The identities of the folders that contain it. Links to it do not count.
     *
     * @throws IOException if they cannot be found out
     */
    Set<Object> above() throws IOException;
  }

  /** A file, or a broken link named like a picture, whose error appears when it is read. */
  record File<F>(String name, F content) implements Entry<F> {}

  /**
   * An entry that is neither a folder nor a file.
   *
   * @param kind its kind in {@link Skipped}
   */
  record Other<F>(String name, String kind) implements Entry<F> {}
}
