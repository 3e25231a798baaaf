package org.resnext4j.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.resnext4j.vision.Image;

/**
 * A picture of a data set, and what is right about it.
 *
 * @param name its name in the data set
 * @param source where its pixels come from
 * @param labels indices of its right classes; several are all right; none where they are not public
 * @param groups names of the groups that its result counts for as well, such as a quality flaw's
 */
public record Picture(String name, Source source, List<Integer> labels, Set<String> groups) {

  /** Where a picture's pixels come from. */
  @FunctionalInterface
  public interface Source {

    /**
     * Decodes the picture; any number of threads may do so at once.
     *
     * @throws IOException if it is absent or cannot be read
     */
    Image read() throws IOException;
  }

  /** Copies the collections. */
  public Picture {
    labels = List.copyOf(labels);
    groups = Set.copyOf(groups);
  }

  /** A picture with one right label and no group. */
  public Picture(String name, Source source, int label) {
    this(name, source, List.of(label), Set.of());
  }
}
