package org.resnext4j.engine.cpu.kernel;

/**
 * The values that a {@link MatrixProduct} needs to be computed with half the multiplications and
 * twice the additions. The method is Winograd's inner-product identity (<i>A New Algorithm for
 * Inner Product</i>, 1968), which takes two values of k at a time:
 *
 * <pre>{@code x₁·y₁ + x₂·y₂ = (x₁ + y₂)·(x₂ + y₁) - x₁·x₂ - y₁·y₂}</pre>
 *
 * <p>The sum of all {@code x₁·x₂} is one number for each row of A, and the sum of all {@code y₁·y₂}
 * is one number for each column of B. Both sums cost little. Some processors add and multiply in
 * separate units at the same time. There, a tile computes some rows in pairs and the other rows
 * plainly, which keeps both units equally busy.
 *
 * <p>The rounding errors are as small as those of plain sums if x and y have about the same size.
 * The packed B is therefore multiplied by a power of two, and the products are multiplied by its
 * inverse. Values of A after a ReLU are never negative, so the sum of their products grows with k.
 * The kernel subtracts half of this sum before the loop and half after it, which keeps the partial
 * sums small.
 *
 * @param constants the array that holds inverses and corrections
 * @param inverse index of the inverse of B's factor
 * @param correction index of the first correction. A correction replaces the bias in rows that are
 *     computed in pairs: it is the bias minus the sum of {@code y₁·y₂}
 * @param rowSums receives half the sum of {@code x₁·x₂} for every row
 */
@SuppressWarnings("ArrayRecordComponent") // A description of places in arrays, never compared.
public record PairedProduct(float[] constants, int inverse, int correction, float[] rowSums) {

  private static final PairedProduct NONE = new PairedProduct(new float[0], 0, 0, new float[0]);

  /** The value that stands for plain sums. */
  public static PairedProduct none() {
    return NONE;
  }

  /** Whether this value stands for plain sums. */
  @SuppressWarnings("ReferenceEquality") // Only one such object exists.
  public boolean isNone() {
    return this == NONE;
  }
}
