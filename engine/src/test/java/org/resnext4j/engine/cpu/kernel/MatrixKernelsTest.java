package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Matrix products: the vector kernels against their plain twin, both against a double sum. */
class MatrixKernelsTest {

  private static final Kernels VECTOR = new VectorKernels(false);

  @Test
  void theVectorUnitIsTheOneTheTestsWereStartedFor() {
    assertThat(VECTOR.lanes())
        .isEqualTo(FloatVector.SPECIES_PREFERRED.length())
        .isEqualTo(Integer.getInteger("resnext4j.test.lanes", VECTOR.lanes()));
  }

  @Property
  void theTwinsAgreeOnSegmentedRowsResidualAndFloor(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll @IntRange(min = 1, max = 4) int segments,
      @ForAll @IntRange(min = 1, max = 23) int length,
      @ForAll boolean residual,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    int lanes = VECTOR.lanes();
    int width = vectors * lanes;
    float[] a = values(random, 4096);
    int[] aOffsets = random.ints(rows, 0, 2000).toArray();
    int[] starts = random.ints(segments, 0, 1000).toArray();
    float[] packed = values(random, 5 + segments * length * width);
    float[] bias = values(random, width + 3);
    Rows r =
        residual
            ? new Rows(values(random, 3000), random.ints(rows, 0, 2000).toArray(), 7)
            : Rows.none();
    float[] expected = new float[rows * (width + 2) + 4];
    float[] actual = expected.clone();
    for (Kernels kernels : new Kernels[] {VECTOR, new ScalarKernels(lanes)}) {
      float[] c = kernels == VECTOR ? actual : expected;
      MatrixProduct product =
          new MatrixProduct(
              new Rows(a, aOffsets, 9),
              new MatrixProduct.Segments(starts, length),
              new MatrixProduct.Panels(packed, 5, bias, 3),
              r,
              Rows.strided(c, 4, width + 2, rows),
              vectors,
              relu ? 0f : Float.NEGATIVE_INFINITY,
              PairedProduct.none());
      for (int panel = 0; panel < product.panels(); panel++) {
        kernels.multiply(product, 0, rows, panel);
      }
    }
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= 2e-5f)) {
        assertThat(actual[i]).as("value %d", i).isEqualTo(expected[i]);
      }
    }
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
