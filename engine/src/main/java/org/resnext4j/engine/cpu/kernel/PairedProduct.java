package org.resnext4j.engine.cpu.kernel;

/**
 * The values that a {@link MatrixProduct} needs to be computed with half the multiplications and
 * twice the additions. The method is Winograd's inner-product identity (<i>A New Algorithm for
 * Inner Product</i>, 1968), which takes two values of k at a time:
 *
 * <pre>{@code x₁·y₁ + x₂·y₂ = (x₁ + y₂)·(x₂ + y₁) - x₁·x₂ - y₁·y₂}</pre>
 *
 * <p>The sum of all {@code x₁·x₂} is one number for each row of A, and the sum of all {@code y₁·y₂}
 * is one number for each column of B: both cost little. On a processor whose adders work beside its
 * multipliers, a tile computes some rows in this way and the other rows plainly, so that both units
 * are equally busy.
 *
 * <p>The rounding errors stay those of plain sums as long as x and y have about the same size. For
 * this, the packed B is multiplied by a power of two, and the products by its inverse. Values of A
 * behind a ReLU are never negative, so the sum of their products grows with k. Half of it is
 * subtracted before the loop and half after, which keeps the partial sums small.
 *
 * @param constants holds scales and corrections
 * @param inverse index of the inverse of B's factor
 * @param correction start of the values that replace the bias in rows computed in pairs: the bias
 *     minus the sum of {@code y₁·y₂}
 * @param rowSums receives half the sum of {@code x₁·x₂} of every row
 */
@SuppressWarnings("ArrayRecordComponent") // A description of where things lie, compared by nobody.
public record PairedProduct(float[] constants, int inverse, int correction, float[] rowSums) {

  private static final PairedProduct NONE = new PairedProduct(new float[0], 0, 0, new float[0]);

  /** The value that stands for plain sums. */
  public static PairedProduct none() {
    return NONE;
  }

  /** Whether this value stands for plain sums. */
  @SuppressWarnings("ReferenceEquality") // There is one such object.
  public boolean isNone() {
    return this == NONE;
  }
}
