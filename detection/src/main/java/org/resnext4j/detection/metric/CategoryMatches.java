package org.resnext4j.detection.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.metric.CocoEvaluation.Size;

/** The matches of one category. Pictures are added in ascending order of their numbers. */
final class CategoryMatches {

  private static final int OVERLAPS = CocoEvaluation.OVERLAPS.length;
  private static final int SIZES = Size.values().length;
  private static final double ALMOST_ONE = 1 - 1e-10;

  /**
   * The outcome of one detection.
   *
   * @param rank its position among the detections of its picture and category, by score
   * @param matched for each size, one bit for each overlap: the detection matched a true box
   * @param ignored for each size, one bit for each overlap: the detection counts neither as right
   *     nor as wrong
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Outcome(double score, int rank, int[] matched, int[] ignored) {

    boolean isRight(int size, int threshold) {
      return (matched[size] & ~ignored[size] & 1 << threshold) != 0;
    }

    boolean isWrong(int size, int threshold) {
      return ((matched[size] | ignored[size]) & 1 << threshold) == 0;
    }
  }

  private final List<Outcome> outcomes = new ArrayList<>();
  private final int[] objects = new int[SIZES];

  /** Adds a picture's true boxes and its detections, in descending order of their scores. */
  void add(List<TrueBox> truth, List<Detection> detections) {
    double[][] overlaps = overlaps(truth, detections);
    int[][] matched = new int[detections.size()][SIZES];
    int[][] ignored = new int[detections.size()][SIZES];
    for (Size size : Size.values()) {
      boolean[] passedOver = new boolean[truth.size()];
      for (int object = 0; object < truth.size(); object++) {
        TrueBox box = truth.get(object);
        passedOver[object] = box.crowd() || !size.contains(box.area());
        objects[size.index()] += passedOver[object] ? 0 : 1;
      }
      match(size, truth, detections, overlaps, passedOver, matched, ignored);
    }
    for (int i = 0; i < detections.size(); i++) {
      outcomes.add(new Outcome(detections.get(i).score(), i, matched[i], ignored[i]));
    }
  }

  private static double[][] overlaps(List<TrueBox> truth, List<Detection> detections) {
    double[][] overlaps = new double[detections.size()][truth.size()];
    for (int detection = 0; detection < detections.size(); detection++) {
      Rectangle found = detections.get(detection).box();
      for (int object = 0; object < truth.size(); object++) {
        Rectangle box = truth.get(object).box();
        double shared = found.intersection(box);
        double whole =
            truth.get(object).crowd() ? found.area() : found.area() + box.area() - shared;
        overlaps[detection][object] = shared == 0 ? 0 : shared / whole;
      }
    }
    return overlaps;
  }

  private static void match(
      Size size,
      List<TrueBox> truth,
      List<Detection> detections,
      double[][] overlaps,
      boolean[] passedOver,
      int[][] matched,
      int[][] ignored) {
    int[] order = objectsThatCountFirst(passedOver);
    for (int threshold = 0; threshold < OVERLAPS; threshold++) {
      boolean[] taken = new boolean[truth.size()];
      int bit = 1 << threshold;
      for (int detection = 0; detection < detections.size(); detection++) {
        double best = Math.min(CocoEvaluation.OVERLAPS[threshold], ALMOST_ONE);
        int match = -1;
        for (int object : order) {
          if (taken[object] && !truth.get(object).crowd()) {
            continue;
          }
          if (match >= 0 && !passedOver[match] && passedOver[object]) {
            break;
          }
          if (overlaps[detection][object] >= best) {
            best = overlaps[detection][object];
            match = object;
          }
        }
        if (match >= 0) {
          taken[match] = true;
          matched[detection][size.index()] |= bit;
          ignored[detection][size.index()] |= passedOver[match] ? bit : 0;
        } else if (!size.contains(detections.get(detection).box().area())) {
          ignored[detection][size.index()] |= bit;
        }
      }
    }
  }

  private static int[] objectsThatCountFirst(boolean[] passedOver) {
    int[] order = new int[passedOver.length];
    int count = 0;
    for (boolean later : new boolean[] {false, true}) {
      for (int object = 0; object < passedOver.length; object++) {
        if (passedOver[object] == later) {
          order[count++] = object;
        }
      }
    }
    return order;
  }

  /** Computes the curves of all added pictures. */
  CategoryCurves curves(Category category) {
    List<Outcome> ranked =
        outcomes.stream().sorted(Comparator.comparingDouble(outcome -> -outcome.score())).toList();
    double[][][] precision = new double[SIZES][OVERLAPS][];
    double[][][] recall = new double[SIZES][CategoryCurves.MOST.length][OVERLAPS];
    for (Size size : Size.values()) {
      int s = size.index();
      for (int threshold = 0; threshold < OVERLAPS; threshold++) {
        for (int most = 0; most < CategoryCurves.MOST.length; most++) {
          recall[s][most][threshold] = recall(CategoryCurves.MOST[most], s, threshold);
        }
        precision[s][threshold] = precision(ranked, s, threshold);
      }
    }
    return new CategoryCurves(category, objects.clone(), precision, recall);
  }

  /**
   * Recall: the fraction of the objects that the detections of the highest scores in each picture
   * found.
   */
  private double recall(int most, int size, int threshold) {
    int right = 0;
    for (Outcome outcome : outcomes) {
      if (outcome.rank() < most && outcome.isRight(size, threshold)) {
        right++;
      }
    }
    return outcomes.isEmpty() ? 0 : (double) right / objects[size];
  }

  /** Precision at each of the recalls. Every detection counts. */
  private double[] precision(List<Outcome> ranked, int size, int threshold) {
    int total = objects[size];
    double[] recalls = new double[ranked.size()];
    double[] precisions = new double[ranked.size()];
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < recalls.length; i++) {
      Outcome outcome = ranked.get(i);
      right += outcome.isRight(size, threshold) ? 1 : 0;
      wrong += outcome.isWrong(size, threshold) ? 1 : 0;
      recalls[i] = (double) right / total;
      precisions[i] = right / ((double) right + wrong + Math.ulp(1.0));
    }
    for (int i = precisions.length - 1; i > 0; i--) {
      precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
    }
    double[] read = new double[CocoEvaluation.RECALLS.length];
    for (int i = 0; i < read.length; i++) {
      int at = firstNotBelow(recalls, CocoEvaluation.RECALLS[i]);
      read[i] = at < precisions.length ? precisions[at] : 0;
    }
    return read;
  }

  private static int firstNotBelow(double[] ascending, double value) {
    int at = Arrays.binarySearch(ascending, value);
    if (at < 0) {
      return -at - 1;
    }
    while (at > 0 && ascending[at - 1] == value) {
      at--;
    }
    return at;
  }
}
