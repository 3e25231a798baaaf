package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Computes the sums of the products of pairs that a {@link PairedProduct} needs. */
final class PairSums {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Exchanges the two values of each pair. */
  static final VectorShuffle<Float> PARTNERS = VectorShuffle.fromOp(SPECIES, lane -> lane ^ 1);

  /** Exchanges the two halves of a vector. */
  private static final VectorShuffle<Float> HALVES =
      VectorShuffle.fromOp(SPECIES, lane -> lane ^ (LANES / 2));

  private PairSums() {}

  /** Computes half the sum of the products of pairs for each row. */
  static void ofRows(MatrixProduct product, int first, int end) {
    float[] a = product.a().values();
    float[] sums = product.pairs().rowSums();
    int length = product.segmentLength();
    int whole = length / LANES * LANES;
    for (int row = first; row < end; row++) {
      int start = product.a().start(row);
      FloatVector twice = FloatVector.zero(SPECIES);
      float rest = 0;
      for (int segment : product.segments()) {
        int from = start + segment;
        for (int k = from; k < from + whole; k += LANES) {
          FloatVector x = FloatVector.fromArray(SPECIES, a, k);
          twice = x.fma(x.rearrange(PARTNERS), twice);
        }
        for (int k = from + whole; k < from + length; k += 2) {
          rest = Math.fma(a[k], a[k + 1], rest);
        }
      }
      sums[row] = (ofPairs(twice) + rest) / 2;
    }
  }

  /**
   * Sums products of pairs. Each product is present in both lanes of its pair. The method adds in a
   * fixed order, because {@code reduceLanes} does not specify one.
   */
  static float ofPairs(FloatVector twice) {
    FloatVector folded = twice.add(twice.rearrange(HALVES));
    float sum = folded.lane(0);
    if (LANES >= 8) {
      sum += folded.lane(2);
    }
    if (LANES >= 16) {
      sum += folded.lane(4) + folded.lane(6);
    }
    return sum;
  }
}
