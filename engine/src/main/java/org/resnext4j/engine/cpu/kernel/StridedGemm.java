package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training: {@code c[rows, columns] (+)= a[rows, depth] · b[depth, columns]}.
 *
 * <p>The left matrix is read by two strides, so the same tile serves the forward pass and the data
 * gradient (rows are pixels, depth runs over channels) and the weight gradient (rows are channels,
 * depth runs over pixels) without transposing anything.
 */
public final class StridedGemm {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  public static final int LANES = SPECIES.length();

  /** Rows of a tile. */
  public static final int ROWS = 6;

  /**
   * Columns of a tile: 24 accumulators where there are 32 vector registers, 12 where there are 16.
   */
  public static final int PANEL = (LANES == 8 ? 2 : 4) * LANES;

  private StridedGemm() {}

  /** Number of values that {@link #multiply} needs in its scratch. */
  public static final int SCRATCH = ROWS * PANEL;

  /**
   * Multiplies. Every value of the result is one chain of fused multiply-adds in the order of
   * depth, so it does not depend on how the rows and columns were divided among calls.
   *
   * @param aRow step of the left matrix from row to row
   * @param aStep step of the left matrix along the depth
   * @param bPanel step of the right matrix from one panel of {@link #PANEL} columns to the next
   * @param bStep step of the right matrix along the depth
   * @param cRow step of the result from row to row
   * @param accumulate whether to add to the result
   * @param scratch {@link #SCRATCH} values at {@code scratchOffset}
   */
  public static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aStep,
      float[] b,
      int bOffset,
      int bPanel,
      int bStep,
      float[] c,
      int cOffset,
      int cRow,
      int rows,
      int columns,
      int depth,
      boolean accumulate,
      float[] scratch,
      int scratchOffset) {
    int panelAt = bOffset;
    for (int column = 0; column < columns; column += PANEL) {
      int width = Math.min(PANEL, columns - column);
      int vectors = Math.ceilDiv(width, LANES);
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        int from = aOffset + row * aRow;
        int to = cOffset + row * cRow + column;
        boolean whole = height == ROWS && (width == PANEL || width == LANES || width == 2 * LANES);
        if (whole) {
          StridedTiles.tile(
              ROWS,
              vectors,
              a,
              from,
              aRow,
              aStep,
              b,
              panelAt,
              bStep,
              c,
              to,
              cRow,
              depth,
              accumulate);
        } else {
          StridedTiles.tile(
              ROWS,
              vectors,
              a,
              from,
              aRow,
              aStep,
              b,
              panelAt,
              bStep,
              scratch,
              scratchOffset,
              PANEL,
              depth,
              false);
          for (int r = 0; r < height; r++) {
            int source = scratchOffset + r * PANEL;
            int target = to + r * cRow;
            for (int j = 0; j < width; j++) {
              c[target + j] =
                  accumulate ? c[target + j] + scratch[source + j] : scratch[source + j];
            }
          }
        }
      }
      panelAt += bPanel;
    }
  }
}
