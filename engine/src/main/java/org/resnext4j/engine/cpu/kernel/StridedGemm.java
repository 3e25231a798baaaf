package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products for training: {@code c[rows, columns] (+)= a[rows, depth] · b[depth, columns]}.
 *
 * <p>The left matrix has a stride for rows and a stride for columns, so no product needs a
 * transposed copy. In the forward pass and in the data gradient, rows are pixels and the depth runs
 * over channels. In the weight gradient, rows are channels and the depth runs over pixels. Tiles
 * and panels follow Goto and van de Geijn (<i>Anatomy of High-Performance Matrix
 * Multiplication</i>, 2008).
 */
public final class StridedGemm {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  public static final int LANES = SPECIES.length();

  /** Rows of a tile. */
  public static final int ROWS = 6;

  /**
   * Columns of a tile. A tile has 24 accumulators on machines with 32 vector registers, and 12
   * accumulators on machines with 16.
   */
  public static final int PANEL = (LANES == 8 ? 2 : 4) * LANES;

  /**
   * A right matrix in panels of {@link #PANEL} columns.
   *
   * @param offset index of its first value
   * @param panelStep distance between neighbouring panels
   * @param rowStep distance between neighbouring rows of a panel
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Panels(float[] values, int offset, int panelStep, int rowStep) {}

  private StridedGemm() {}

  /** The number of values of scratch memory that {@link #multiply} needs. */
  public static final int SCRATCH = ROWS * PANEL;

  /**
   * Multiplies two matrices. Every value of the result is one chain of fused multiply-adds in the
   * order of depth, so it does not depend on the division of rows and columns among calls.
   *
   * @param c the result, with contiguous rows
   * @param accumulate whether the method adds to the result
   * @param scratch scratch memory, {@link #SCRATCH} values from {@code scratchAt} on
   */
  public static void multiply(
      MatrixView a,
      Panels b,
      MatrixView c,
      ProductSize size,
      boolean accumulate,
      float[] scratch,
      int scratchAt) {
    int columns = size.columns();
    int rows = size.rows();
    int depth = size.depth();
    float[] to = c.values();
    int panelAt = b.offset();
    for (int column = 0; column < columns; column += PANEL) {
      int width = Math.min(PANEL, columns - column);
      int vectors = Math.ceilDiv(width, LANES);
      for (int row = 0; row < rows; row += ROWS) {
        int height = Math.min(ROWS, rows - row);
        int from = a.offset() + row * a.rowStep();
        int at = c.offset() + row * c.rowStep() + column;
        boolean whole = height == ROWS && (width == PANEL || width == LANES || width == 2 * LANES);
        if (whole) {
          StridedTiles.tile(
              ROWS,
              vectors,
              a.values(),
              from,
              a.rowStep(),
              a.columnStep(),
              b.values(),
              panelAt,
              b.rowStep(),
              to,
              at,
              c.rowStep(),
              depth,
              accumulate);
        } else {
          StridedTiles.tile(
              ROWS,
              vectors,
              a.values(),
              from,
              a.rowStep(),
              a.columnStep(),
              b.values(),
              panelAt,
              b.rowStep(),
              scratch,
              scratchAt,
              PANEL,
              depth,
              false);
          for (int r = 0; r < height; r++) {
            int source = scratchAt + r * PANEL;
            int target = at + r * c.rowStep();
            for (int j = 0; j < width; j++) {
              to[target + j] =
                  accumulate ? to[target + j] + scratch[source + j] : scratch[source + j];
            }
          }
        }
      }
      panelAt += b.panelStep();
    }
  }
}
