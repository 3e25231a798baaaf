package org.resnext4j.detection.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Orders the pictures of an epoch so that a batch has only wide pictures or only tall ones. */
final class AspectGroups {

  private AspectGroups() {}

  /**
   * Groups an order. A batch follows as soon as it is full, and the rest of both groups comes at
   * the end.
   *
   * @param order numbers of the pictures
   * @param batch number of pictures in a batch
   * @param wide whether the picture with a number is at least as wide as high
   */
  static int[] group(int[] order, int batch, IntPredicate wide) {
    List<List<Integer>> waiting = List.of(new ArrayList<>(), new ArrayList<>());
    int[] grouped = new int[order.length];
    int at = 0;
    for (int picture : order) {
      List<Integer> own = waiting.get(wide.test(picture) ? 1 : 0);
      own.add(picture);
      if (own.size() == batch) {
        at = append(own, grouped, at);
      }
    }
    for (List<Integer> rest : waiting) {
      at = append(rest, grouped, at);
    }
    return grouped;
  }

  private static int append(List<Integer> pictures, int[] to, int from) {
    int at = from;
    for (int picture : pictures) {
      to[at++] = picture;
    }
    pictures.clear();
    return at;
  }
}
