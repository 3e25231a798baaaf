package org.resnext4j.detection.box;

import java.util.ArrayList;
import java.util.List;

/**
 * Anchors: reference boxes of several sizes and aspect ratios at every position of a feature map
 * (Faster R-CNN, section 3.1.1).
 *
 * @param sizes square roots of the anchors' areas for each feature map, in pixels
 * @param ratios aspect ratios, height divided by width
 * @param rounded whether the corners of an anchor around 0 are rounded to whole pixels, half to
 *     even: torchvision rounds them, Detectron2 and MMDetection do not
 * @param order whether sizes or ratios vary fastest within a position
 */
public record Anchors(
    List<List<Double>> sizes, List<Double> ratios, boolean rounded, CellOrder order) {

  /** The order of the anchors of one position. */
  public enum CellOrder {
    /** All sizes for each ratio, as in torchvision and MMDetection. */
    RATIOS,
    /** All ratios for each size, as in Detectron2. */
    SIZES
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if a list is empty or a size or ratio is not above 0
   */
  public Anchors {
    sizes = sizes.stream().map(List::copyOf).toList();
    ratios = List.copyOf(ratios);
    if (sizes.isEmpty() || ratios.isEmpty()) {
      throw new IllegalArgumentException("anchors need at least one size and one ratio");
    }
    List<Double> all = new ArrayList<>(ratios);
    for (List<Double> level : sizes) {
      if (level.size() != sizes.getFirst().size()) {
        throw new IllegalArgumentException(
            "anchors need as many sizes on each level, but found " + sizes);
      }
      all.addAll(level);
    }
    for (double value : all) {
      if (!(value > 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException(
            "sizes and ratios of anchors must be above 0, but found " + value);
      }
    }
  }

  /**
   * The anchors of a feature pyramid: sizes from 32 to 512 pixels on five levels, and the ratios
   * 1:2, 1:1 and 2:1. Their corners are rounded.
   */
  public static Anchors pyramid() {
    return new Anchors(
        List.of(List.of(32.0), List.of(64.0), List.of(128.0), List.of(256.0), List.of(512.0)),
        List.of(0.5, 1.0, 2.0),
        true,
        CellOrder.RATIOS);
  }

  /** These anchors without rounding. */
  public Anchors unrounded() {
    return new Anchors(sizes, ratios, false, order);
  }

  /** Number of anchors at each position of a map. */
  public int perPlace() {
    return sizes.getFirst().size() * ratios.size();
  }

  /** The anchors of a level, centred on the origin. */
  public Boxes cell(int level) {
    List<Double> scales = sizes.get(level);
    float[] corners = new float[Boxes.CORNERS * perPlace()];
    for (int i = 0; i < perPlace(); i++) {
      boolean byRatio = order == CellOrder.RATIOS;
      double ratio = ratios.get(byRatio ? i / scales.size() : i % ratios.size());
      double size = scales.get(byRatio ? i % scales.size() : i / ratios.size());
      float root = (float) Math.sqrt((float) ratio);
      float halfHeight = root * (float) size / 2;
      float halfWidth = 1 / root * (float) size / 2;
      corners[Boxes.CORNERS * i] = place(-halfWidth);
      corners[Boxes.CORNERS * i + 1] = place(-halfHeight);
      corners[Boxes.CORNERS * i + 2] = place(halfWidth);
      corners[Boxes.CORNERS * i + 3] = place(halfHeight);
    }
    return new Boxes(corners);
  }

  /**
   * The anchors of a level, position by position in row order. Each position has the anchors of
   * {@link #cell}.
   *
   * @param level index of the feature map
   * @param height rows of the map
   * @param width columns of the map
   * @param strideY pixels of the padded picture from row to row
   * @param strideX pixels of the padded picture from column to column
   */
  public Boxes of(int level, int height, int width, int strideY, int strideX) {
    float[] cell = cell(level).corners();
    float[] corners =
        new float[Math.toIntExact(Math.multiplyExact((long) height * width, cell.length))];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < cell.length; i++) {
          corners[at++] = cell[i] + (i % 2 == 0 ? x * strideX : y * strideY);
        }
      }
    }
    return new Boxes(corners);
  }

  private float place(float corner) {
    return rounded ? (float) Math.rint(corner) : corner;
  }
}
