package org.resnext4j.engine.cpu.kernel;

/**
 * A matrix that lies in an array by two steps: value (row, column) is {@code values[offset + row *
 * rowStep + column * columnStep]}.
 *
 * @param offset index of its first value
 * @param rowStep step from row to row
 * @param columnStep step from column to column; 1 where rows lie in one piece
 */
@SuppressWarnings("ArrayRecordComponent") // A view, never compared.
public record MatrixView(float[] values, int offset, int rowStep, int columnStep) {

  /** A matrix whose rows lie in one piece each. */
  public static MatrixView rows(float[] values, int offset, int rowStep) {
    return new MatrixView(values, offset, rowStep, 1);
  }

  /** The same values with rows and columns exchanged. */
  public MatrixView transposed() {
    return new MatrixView(values, offset, columnStep, rowStep);
  }
}
