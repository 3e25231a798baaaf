package org.resnext4j.evaluation;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.resnext4j.vision.Image;

/**
 * A picture of a data set with its labels.
 *
 * {@snippet :
 * Picture cat = new Picture("cat.jpg", () -> ImageReader.defaults().read(Path.of("cat.jpg")), 3);
 * }
 *
 * @param name name in the data set
 * @param source decodes the picture
 * @param labels indices of the right classes; each of them is right; empty if they are not public
 * @param groups names of further groups that count the picture, such as a quality flaw
 */
public record Picture(String name, Source source, List<Integer> labels, Set<String> groups) {

  /** Decodes a picture. */
  @FunctionalInterface
  public interface Source {

    /**
     * Decodes the picture. Any number of threads may call this method at the same time.
     *
     * @throws IOException if the picture does not exist or cannot be read
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
