package org.resnext4j.engine.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code C[m, n] (+)= Σₖ A[m, k] · B[k, n]} for plain matrices of any strides, over a {@link
 * WorkerPool}. Made once for matrices that stay where they are, run as often as their values
 * change.
 *
 * <p>A deep product is cut into blocks of k of a fixed size, added one after another, and every
 * value of C is made by one thread: the result is the same bits for any number of threads. Not
 * thread-safe: its workspace belongs to one run at a time.
 */
final class Gemm {

  /** Values of k in one pass: the rows of a tile then fit the first-level cache. */
  private static final int DEPTH = 512;

  /** Rows of a chunk of the product. */
  private static final int ROWS = 120;

  /** Rows of a chunk of transposing. */
  private static final int TRANSPOSED_ROWS = 16;

  /**
   * A matrix in an array: element (row, column) is {@code values[offset + row · rowStride + column
   * · columnStride]}.
   *
   * @param values where it lies
   * @param offset where element (0, 0) is
   * @param rowStride from one row to the next
   * @param columnStride from one column to the next
   */
  @SuppressWarnings("ArrayRecordComponent") // A view of an array, compared by nobody.
  record Matrix(float[] values, int offset, int rowStride, int columnStride) {

    /** A matrix whose rows are contiguous and lie one after another. */
    static Matrix dense(float[] values, int offset, int columns) {
      return new Matrix(values, offset, columns, 1);
    }

    /** The same values with rows and columns exchanged. */
    Matrix transposed() {
      return new Matrix(values, offset, columnStride, rowStride);
    }

    /** The matrix without its first columns. */
    Matrix fromColumn(int column) {
      return new Matrix(values, offset + column * columnStride, rowStride, columnStride);
    }

    /** The matrix without its first rows. */
    Matrix fromRow(int row) {
      return new Matrix(values, offset + row * rowStride, rowStride, columnStride);
    }
  }

  /** Columns of B and C that are made together, for one block of k. */
  private record Part(Matrix b, int columns, MatrixProduct product) {}

  /** One block of k: A's block, and the columns in whole vectors and what is left over. */
  private record Pass(Matrix a, int depth, List<Part> parts) {}

  private final Kernels kernels;
  private final int rows;
  private final boolean accumulate;
  private final float[] workspace;
  private final Matrix c;
  private final int wholeColumns;
  private final int edgeColumns;
  private final Layout layout;
  private final List<Pass> passes = new ArrayList<>();

  /** Where things start in the workspace, and how many floats it needs. */
  private record Layout(int zeros, int packed, int edge, int transposed, int stride, int length) {

    static Layout of(int lanes, int m, int n, int k) {
      int depth = Math.min(k, DEPTH);
      // A stride off the multiples of 4 KiB, which would share one place in the cache.
      int stride = Packing.roundUp(depth, Packing.LINE) + Packing.LINE;
      int zeros = Packing.ALIGNMENT_SHIFT;
      int packed = Packing.align((long) zeros + Packing.roundUp(n, lanes));
      int edge = Packing.align(packed + Packing.panelsLength(depth, n, lanes));
      int transposed = Packing.align(edge + (n % lanes == 0 ? 0 : (long) m * lanes));
      int length = Packing.align(transposed + (long) m * stride);
      return new Layout(zeros, packed, edge, transposed, stride, length);
    }
  }

  /**
   * Floats of workspace that a product of this size needs; most of all where A must be transposed.
   */
  static int workspace(Kernels kernels, int m, int n, int k) {
    return Layout.of(kernels.lanes(), m, n, k).length();
  }

  /**
   * Prepares a product.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a A; read in place if its column stride is 1
   * @param b B
   * @param c C; its column stride must be 1
   * @param accumulate whether the product is added to what C holds
   * @param workspace at least {@link #workspace} floats, which may be shared by products that do
   *     not run at the same time
   */
  Gemm(
      Kernels kernels,
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      Matrix c,
      boolean accumulate,
      float[] workspace) {
    if (c.columnStride() != 1) {
      throw new IllegalArgumentException("the rows of a product must be contiguous");
    }
    int lanes = kernels.lanes();
    this.kernels = kernels;
    this.rows = m;
    this.c = c;
    this.accumulate = accumulate;
    this.workspace = workspace;
    this.wholeColumns = n / lanes * lanes;
    this.edgeColumns = n - wholeColumns;
    this.layout = Layout.of(lanes, m, n, k);
    Rows wholeRows = Rows.strided(c.values(), c.offset(), c.rowStride(), m);
    Rows edgeRows = Rows.strided(workspace, layout.edge(), lanes, m);
    Rows aRows =
        a.columnStride() == 1
            ? Rows.strided(a.values(), a.offset(), a.rowStride(), m)
            : Rows.strided(workspace, layout.transposed(), layout.stride(), m);
    for (int firstK = 0; firstK < k; firstK += DEPTH) {
      int depth = Math.min(DEPTH, k - firstK);
      Rows pass = a.columnStride() == 1 ? aRows.shifted(firstK) : aRows;
      Matrix block = b.fromRow(firstK);
      boolean adds = accumulate || firstK > 0;
      List<Part> parts = new ArrayList<>();
      if (wholeColumns > 0) {
        MatrixProduct product =
            product(pass, depth, layout.packed(), adds, wholeRows, wholeColumns / lanes);
        parts.add(new Part(block, wholeColumns, product));
      }
      if (edgeColumns > 0) {
        int packed = layout.packed() + wholeColumns * depth;
        MatrixProduct product = product(pass, depth, packed, adds, edgeRows, 1);
        parts.add(new Part(block.fromColumn(wholeColumns), edgeColumns, product));
      }
      passes.add(new Pass(a.fromColumn(firstK), depth, parts));
    }
  }

  private MatrixProduct product(Rows a, int depth, int packed, boolean adds, Rows to, int vectors) {
    return new MatrixProduct(
        a,
        MatrixProduct.oneSegment(),
        depth,
        workspace,
        packed,
        workspace,
        layout.zeros(),
        adds ? to : Rows.none(),
        to,
        vectors,
        Float.NEGATIVE_INFINITY);
  }

  /** Computes the product of what the matrices now hold. */
  void run(WorkerPool pool) {
    int lanes = kernels.lanes();
    Arrays.fill(
        workspace, layout.zeros(), layout.zeros() + Packing.roundUp(wholeColumns + 1, lanes), 0f);
    if (edgeColumns > 0 && accumulate) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            c.values(), edgeOfC(row), workspace, layout.edge() + row * lanes, edgeColumns);
      }
    }
    for (Pass pass : passes) {
      if (pass.a().columnStride() != 1) {
        pool.run(
            Math.ceilDiv(rows, TRANSPOSED_ROWS),
            (chunk, worker) -> transpose(pass, chunk * TRANSPOSED_ROWS));
      }
      for (Part part : pass.parts()) {
        MatrixProduct product = part.product();
        pool.run(product.panels(), (panel, worker) -> pack(part, pass.depth(), panel));
        int blocks = Math.ceilDiv(rows, ROWS);
        pool.run(
            blocks * product.panels(),
            (chunk, worker) -> {
              int first = chunk / product.panels() * ROWS;
              int end = Math.min(rows, first + ROWS);
              kernels.multiply(product, first, end, chunk % product.panels());
            });
      }
    }
    for (int row = 0; edgeColumns > 0 && row < rows; row++) {
      System.arraycopy(
          workspace, layout.edge() + row * lanes, c.values(), edgeOfC(row), edgeColumns);
    }
  }

  private int edgeOfC(int row) {
    return c.offset() + row * c.rowStride() + wholeColumns;
  }

  private void pack(Part part, int depth, int panel) {
    int offset = part.product().packedOffset();
    Packing.panel(part.b(), depth, part.columns(), kernels.lanes(), panel, workspace, offset);
  }

  private void transpose(Pass pass, int firstRow) {
    Matrix a = pass.a();
    int end = Math.min(rows, firstRow + TRANSPOSED_ROWS);
    for (int k = 0; k < pass.depth(); k++) {
      int from = a.offset() + k * a.columnStride();
      for (int row = firstRow; row < end; row++) {
        workspace[layout.transposed() + row * layout.stride() + k] =
            a.values()[from + row * a.rowStride()];
      }
    }
  }
}
