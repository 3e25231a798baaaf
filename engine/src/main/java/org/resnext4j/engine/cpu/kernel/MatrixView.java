package org.resnext4j.engine.cpu.kernel;

/**
 * A strided view of a matrix in an array: value (row, column) is {@code values[offset + row *
 * rowStep + column * columnStep]}.
 *
 * @param offset index of the first value
 * @param rowStep distance between neighbouring rows
 * @param columnStep distance between neighbouring columns; 1 for contiguous rows
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
public record MatrixView(float[] values, int offset, int rowStep, int columnStep) {

  /** A matrix with contiguous rows. */
  public static MatrixView rows(float[] values, int offset, int rowStep) {
    return new MatrixView(values, offset, rowStep, 1);
  }

  /** The transposed matrix, a view of the same values. */
  public MatrixView transposed() {
    return new MatrixView(values, offset, columnStep, rowStep);
  }
}
