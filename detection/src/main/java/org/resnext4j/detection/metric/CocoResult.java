package org.resnext4j.detection.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.DoubleStream;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.metric.CocoEvaluation.Size;

/**
 * COCO's average precision and average recall. The means exclude categories and sizes without a
 * true box. An empty mean is -1, as in pycocotools.
 */
public final class CocoResult {

  private static final int HALF = 0;
  private static final int THREE_QUARTERS = 5;

  private final List<CategoryCurves> curves;

  CocoResult(List<CategoryCurves> curves) {
    this.curves = List.copyOf(curves);
  }

  /** Mean average precision over the overlaps 0.50 to 0.95, COCO's primary metric. */
  public double averagePrecision() {
    return precision(curves, Size.ALL, 0, CocoEvaluation.OVERLAPS.length);
  }

  /** Average precision at an overlap of 0.5, Pascal VOC's metric. */
  public double averagePrecisionAtHalf() {
    return precision(curves, Size.ALL, HALF, HALF + 1);
  }

  /** COCO's twelve numbers by their usual names, in their usual order. */
  public SequencedMap<String, Double> numbers() {
    int all = CocoEvaluation.OVERLAPS.length;
    SequencedMap<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("AP", averagePrecision());
    numbers.put("AP50", averagePrecisionAtHalf());
    numbers.put("AP75", precision(curves, Size.ALL, THREE_QUARTERS, THREE_QUARTERS + 1));
    numbers.put("AP small", precision(curves, Size.SMALL, 0, all));
    numbers.put("AP medium", precision(curves, Size.MEDIUM, 0, all));
    numbers.put("AP large", precision(curves, Size.LARGE, 0, all));
    for (int most = 0; most < CategoryCurves.MOST.length; most++) {
      numbers.put("AR " + CategoryCurves.MOST[most], recall(Size.ALL, most));
    }
    int hundred = CategoryCurves.MOST.length - 1;
    numbers.put("AR small", recall(Size.SMALL, hundred));
    numbers.put("AR medium", recall(Size.MEDIUM, hundred));
    numbers.put("AR large", recall(Size.LARGE, hundred));
    return numbers;
  }

  /**
   * Average precision of each category; empty for a category without a true box.
   *
   * @param atHalf whether the overlap is 0.5; otherwise the result is the mean over 0.50 to 0.95
   */
  public SequencedMap<Category, OptionalDouble> byCategory(boolean atHalf) {
    SequencedMap<Category, OptionalDouble> values = new LinkedHashMap<>();
    for (CategoryCurves each : curves) {
      double value =
          precision(
              List.of(each), Size.ALL, HALF, atHalf ? HALF + 1 : CocoEvaluation.OVERLAPS.length);
      values.put(
          each.category(), each.has(Size.ALL) ? OptionalDouble.of(value) : OptionalDouble.empty());
    }
    return values;
  }

  /**
   * Precision at the recalls 0.00, 0.01 … 1.00, averaged over the categories.
   *
   * @param overlap index of the overlap: 0 for 0.50, 5 for 0.75
   * @return the precisions; empty if there is no true box
   */
  public List<Double> precisionByRecall(int overlap) {
    List<CategoryCurves> counted = curves.stream().filter(each -> each.has(Size.ALL)).toList();
    List<Double> means = new ArrayList<>();
    if (!counted.isEmpty()) {
      for (int recall = 0; recall < CocoEvaluation.RECALLS.length; recall++) {
        double sum = 0;
        for (CategoryCurves each : counted) {
          sum += each.precision()[Size.ALL.index()][overlap][recall];
        }
        means.add(sum / counted.size());
      }
    }
    return means;
  }

  private static double precision(List<CategoryCurves> curves, Size size, int from, int to) {
    DoubleStream.Builder values = DoubleStream.builder();
    // The order of the sum determines the last digit: overlap, recall, category.
    for (int overlap = from; overlap < to; overlap++) {
      for (int recall = 0; recall < CocoEvaluation.RECALLS.length; recall++) {
        for (CategoryCurves each : curves) {
          if (each.has(size)) {
            values.add(each.precision()[size.index()][overlap][recall]);
          }
        }
      }
    }
    return PairwiseSum.mean(values.build().toArray());
  }

  private double recall(Size size, int most) {
    DoubleStream.Builder values = DoubleStream.builder();
    for (int overlap = 0; overlap < CocoEvaluation.OVERLAPS.length; overlap++) {
      for (CategoryCurves each : curves) {
        if (each.has(size)) {
          values.add(each.recall()[size.index()][most][overlap]);
        }
      }
    }
    return PairwiseSum.mean(values.build().toArray());
  }
}
