package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What a folder holds, on disk or in an archive, links already followed.
 *
 * @param <F> what a file is read by
 */
sealed interface Entry<F> {

  /** Its name in its folder. */
  String name();

  /** A folder. */
  non-sealed interface Folder<F> extends Entry<F> {

    /** What messages call it. */
    String path();

    /**
     * What is in it, by name.
     *
     * @throws IOException if it cannot be listed
     */
    List<Entry<F>> entries() throws IOException;

    /**
     * Equal for one folder that is reached in two ways.
     *
     * @throws IOException if it cannot be found out
     */
    Object identity() throws IOException;

    /**
     * The identities of the folders that it lies in, links to it not counted.
     *
     * @throws IOException if they cannot be found out
     */
    Set<Object> above() throws IOException;
  }

  /** A file, or a link named like a picture that leads nowhere: reading it says why. */
  record File<F>(String name, F content) implements Entry<F> {}

  /**
   * What is neither.
   *
   * @param kind what {@link Skipped} calls it
   */
  record Other<F>(String name, String kind) implements Entry<F> {}
}
