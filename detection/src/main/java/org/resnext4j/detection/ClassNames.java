package org.resnext4j.detection;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.resnext4j.detection.network.FasterRcnn;

/** Names of a detector's classes. The first name is the background's. */
final class ClassNames {

  private static final int COCO_WITHOUT_GAPS = 81;

  private ClassNames() {}

  /**
   * Returns COCO's names for 91 classes, whose numbers have gaps, and for 81 classes, whose numbers
   * have none. For another number of classes the names are {@code class 1}, {@code class 2} and so
   * on.
   */
  static List<String> of(int classes) {
    List<String> known =
        switch (classes) {
          case FasterRcnn.COCO_CLASSES -> coco();
          case COCO_WITHOUT_GAPS -> coco().stream().filter(name -> !name.isEmpty()).toList();
          default -> List.of();
        };
    List<String> names = new ArrayList<>(List.of("background"));
    for (int label = 1; label < classes; label++) {
      String name = known.isEmpty() ? "" : known.get(label - 1);
      names.add(name.isEmpty() ? "class " + label : name);
    }
    return List.copyOf(names);
  }

  private static List<String> coco() {
    try (InputStream stream =
        Objects.requireNonNull(ClassNames.class.getResourceAsStream("coco.txt"))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
