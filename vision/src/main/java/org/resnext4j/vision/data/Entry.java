package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * An entry of a folder on disk or in an archive, with links resolved.
 *
 * @param <F> the handle that reads a file
 */
sealed interface Entry<F> {

  /** Returns the entry's name in its folder. */
  String name();

  /** A folder. */
  non-sealed interface Folder<F> extends Entry<F> {

    /** Returns the folder's path for messages. */
    String path();

    /**
     * Lists the folder's entries, in the order of their names.
     *
     * @throws IOException if the folder cannot be listed
     */
    List<Entry<F>> entries() throws IOException;

    /**
     * Returns the folder's identity, which is the same for every path that leads to the folder.
     *
     * @throws IOException if the file system fails
     */
    Object identity() throws IOException;

    /**
     * Returns the identities of the folders that contain this folder, without the folders of links
     * to it.
     *
     * @throws IOException if the file system fails
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
