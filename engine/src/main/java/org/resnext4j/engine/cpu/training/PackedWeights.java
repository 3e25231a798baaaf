package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.cpu.kernel.MatrixView;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.PairedGemm;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.ProductSize;
import org.resnext4j.engine.cpu.kernel.StridedGemm;

/**
 * The layout of weights in {@link Workspace#packed} for a product with rows of pixels: {@code
 * [group][panel][depth, column of the panel]}. The leading dimension of a panel is {@link #panel}.
 * For a product in pairs, two more regions follow the panels of each group: half sums {@code
 * [column]} and mean squares {@code [panel]}.
 *
 * @param depth number of products in each sum
 * @param columns number of computed channels
 * @param inPairs whether the product is a product in pairs ({@link PairedProduct})
 */
public record PackedWeights(int depth, int columns, boolean inPairs) {

  /** The number of columns of a panel. */
  int panel() {
    return inPairs ? PairedGemm.PANEL : StridedGemm.PANEL;
  }

  int panels() {
    return Math.ceilDiv(columns, panel());
  }

  /** The number of values of some groups. */
  public long length(int groups) {
    return Workspace.START + (long) groups * groupLength();
  }

  /** The index of the panel with a given first column. */
  public int panelAt(int group, int column) {
    return Workspace.START + group * groupLength() + column * depth;
  }

  /** Finishes a panel whose weights have been written. */
  public void finishPanel(float[] packed, int group, int column) {
    if (inPairs) {
      PairedGemm.finishPanel(
          packed,
          panelAt(group, column),
          depth,
          halvesAt(group) + column,
          meanSquaresAt(group) + column / panel());
    }
  }

  /**
   * Multiplies rows in a worker's memory by the weights of a group. The method may change the rows.
   *
   * @param rows the contiguous rows
   * @param halvesAt index of free memory of the worker, {@code [count]}
   * @param gemmAt index of free memory of the worker, {@link StridedGemm#SCRATCH} values
   * @param packed the array that holds the weights of all groups
   * @param to the rows of the result
   * @param count number of rows
   */
  public void multiply(
      MatrixView rows,
      int halvesAt,
      int gemmAt,
      float[] packed,
      int group,
      MatrixView to,
      int count) {
    int at = panelAt(group, 0);
    ProductSize size = new ProductSize(count, columns, depth);
    if (inPairs) {
      PairedGemm.Panels panels =
          new PairedGemm.Panels(packed, at, halvesAt(group), meanSquare(packed, group));
      PairedGemm.multiply(rows, halvesAt, panels, to, size, gemmAt);
    } else {
      StridedGemm.Panels panels = new StridedGemm.Panels(packed, at, depth * panel(), panel());
      StridedGemm.multiply(rows, panels, to, size, false, rows.values(), gemmAt);
    }
  }

  private double meanSquare(float[] packed, int group) {
    double sum = 0;
    for (int panel = 0; panel < panels(); panel++) {
      sum += packed[meanSquaresAt(group) + panel];
    }
    return sum / panels();
  }

  private int panelsLength() {
    return depth * Packing.roundUp(columns, panel());
  }

  private int halvesAt(int group) {
    return panelAt(group, 0) + panelsLength();
  }

  private int meanSquaresAt(int group) {
    return halvesAt(group) + columns;
  }

  private int groupLength() {
    int behind = inPairs ? columns + panels() : 0;
    return panelsLength() + Packing.roundUp(behind, Packing.LINE);
  }
}
