package org.resnext4j.engine.cpu.training;

import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.PairedGemm;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.StridedGemm;

/**
 * How weights lie in a {@link Workspace} for a product with rows of pixels: for each group a matrix
 * {@code [depth, columns]} in panels, in a panel row by row. Where the product goes in pairs, the
 * columns' halves and the panels' mean squares lie behind the panels of a group.
 *
 * @param depth values that are summed
 * @param columns channels that are computed
 * @param inPairs whether the product goes in {@link PairedProduct}
 */
public record PackedWeights(int depth, int columns, boolean inPairs) {

  /** Columns of a panel. */
  int panel() {
    return inPairs ? PairedGemm.PANEL : StridedGemm.PANEL;
  }

  int panels() {
    return Math.ceilDiv(columns, panel());
  }

  /** Values of so many groups. */
  public long length(int groups) {
    return Workspace.START + (long) groups * groupLength();
  }

  /** Where the panel starts that begins with a column. */
  public int panelAt(int group, int column) {
    return Workspace.START + group * groupLength() + column * depth;
  }

  /** Makes a panel ready for products once its weights are there. */
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
   * Multiplies rows that lie in a worker's scratch by the weights of a group. They may be changed
   * by it.
   *
   * @param rowsAt where the rows start in the scratch
   * @param rowStride step from row to row
   * @param halvesAt room in the scratch for a value of each row
   * @param gemmAt room in the scratch for {@link StridedGemm#SCRATCH} values
   * @param toRow step of the result from row to row
   */
  public void multiply(
      float[] own,
      int rowsAt,
      int rowStride,
      int halvesAt,
      int gemmAt,
      float[] packed,
      int group,
      float[] to,
      int at,
      int toRow,
      int rows) {
    int panelsAt = panelAt(group, 0);
    if (inPairs) {
      PairedGemm.multiply(
          own,
          rowsAt,
          rowStride,
          halvesAt,
          packed,
          panelsAt,
          halvesAt(group),
          meanSquare(packed, group),
          to,
          at,
          toRow,
          rows,
          columns,
          depth,
          gemmAt);
    } else {
      StridedGemm.multiply(
          own,
          rowsAt,
          rowStride,
          1,
          packed,
          panelsAt,
          depth * panel(),
          panel(),
          to,
          at,
          toRow,
          rows,
          columns,
          depth,
          false,
          own,
          gemmAt);
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
