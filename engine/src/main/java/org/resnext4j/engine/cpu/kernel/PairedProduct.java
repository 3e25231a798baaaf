package org.resnext4j.engine.cpu.kernel;

/**
 * How a {@link MatrixProduct} is computed with half the multiplications and twice the additions, by
 * Winograd's identity for inner products (1968), a pair of values of k at a time:
 *
 * <pre>{@code x₁·y₁ + x₂·y₂ = (x₁ + y₂)·(x₂ + y₁) - x₁·x₂ - y₁·y₂}</pre>
 *
 * <p>The sum of all {@code x₁·x₂} is one number for each row of A, that of all {@code y₁·y₂} one
 * for each column of B: little work. A processor that adds beside multiplying is then faster than
 * its multipliers are, if some rows of a tile go this way and the others plainly, so that both
 * units have the same to do.
 *
 * <p>Rounding errors stay those of plain sums as long as x and y are about the same size. So the
 * packed B is multiplied by a power of two, and the products by its inverse. Values of A behind a
 * ReLU are never negative, and the sum of their products grows with k: it is subtracted half before
 * and half after, which keeps the partial sums small.
 *
 * @param constants holds scales and corrections
 * @param inverse where the inverse of B's factor is
 * @param correction where what columns computed in pairs get instead of the bias starts: bias less
 *     the sum of {@code y₁·y₂}
 * @param rowSums gets half the sum of {@code x₁·x₂} of every row
 */
@SuppressWarnings("ArrayRecordComponent") // A description of where things lie, compared by nobody.
public record PairedProduct(float[] constants, int inverse, int correction, float[] rowSums) {

  private static final PairedProduct NONE = new PairedProduct(new float[0], 0, 0, new float[0]);

  /** Stands for plain sums. */
  public static PairedProduct none() {
    return NONE;
  }

  /** Whether these stand for plain sums. */
  @SuppressWarnings("ReferenceEquality") // There is one such object.
  public boolean isNone() {
    return this == NONE;
  }
}
