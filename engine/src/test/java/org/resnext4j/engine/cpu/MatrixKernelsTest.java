package org.resnext4j.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import jdk.incubator.vector.FloatVector;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Matrix products: the vector kernels against their plain twin, both against a double sum. */
class MatrixKernelsTest {

  private static final Kernels VECTOR = new VectorKernels(false);

  @Test
  void theVectorUnitIsTheOneTheTestsWereStartedFor() {
    assertThat(VECTOR.lanes())
        .isEqualTo(FloatVector.SPECIES_PREFERRED.length())
        .isEqualTo(Integer.getInteger("resnext.test.lanes", VECTOR.lanes()));
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
              starts,
              length,
              packed,
              5,
              bias,
              3,
              r,
              Rows.strided(c, 4, width + 2, rows),
              vectors,
              relu ? 0f : Float.NEGATIVE_INFINITY);
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

  @Property
  void aProductOfStridedMatricesIsTheSumItSays(
      @ForAll @IntRange(min = 1, max = 150) int m,
      @ForAll @IntRange(min = 1, max = 70) int n,
      @ForAll @IntRange(min = 1, max = 70) int k,
      @ForAll boolean transposeA,
      @ForAll boolean transposeB,
      @ForAll boolean accumulate,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll long seed) {
    checkProduct(m, n, k, transposeA, transposeB, accumulate, threads, seed);
  }

  @Test
  void aProductDeeperThanOnePassIsTheSumItSays() {
    checkProduct(13, 37, 1300, true, false, true, 2, 5);
    checkProduct(13, 37, 1300, false, true, false, 2, 6);
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    float[] one = checkProduct(131, 77, 900, true, true, true, 1, 7);
    assertThat(checkProduct(131, 77, 900, true, true, true, 2, 7)).isEqualTo(one);
    assertThat(checkProduct(131, 77, 900, true, true, true, 3, 7)).isEqualTo(one);
  }

  private static float[] checkProduct(
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      boolean accumulate,
      int threads,
      long seed) {
    Random random = new Random(seed);
    float[] a = values(random, m * k + 3);
    float[] b = values(random, n * k + 1);
    float[] c = values(random, m * (n + 2) + 1);
    float[] before = c.clone();
    Gemm.Matrix left =
        transposeA ? Gemm.Matrix.dense(a, 3, m).transposed() : Gemm.Matrix.dense(a, 3, k);
    Gemm.Matrix right =
        transposeB ? Gemm.Matrix.dense(b, 1, k).transposed() : Gemm.Matrix.dense(b, 1, n);
    float[] workspace = values(random, Gemm.workspace(VECTOR, m, n, k));
    Gemm gemm =
        new Gemm(
            VECTOR, m, n, k, left, right, Gemm.Matrix.dense(c, 1, n + 2), accumulate, workspace);
    try (WorkerPool pool = WorkerPool.create(threads)) {
      gemm.run(pool);
    }
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < n + 2; column++) {
        int at = 1 + row * (n + 2) + column;
        if (at >= c.length) {
          break;
        }
        double sum = accumulate ? before[at] : 0;
        for (int i = 0; column < n && i < k; i++) {
          sum +=
              (double) a[3 + (transposeA ? i * m + row : row * k + i)]
                  * b[1 + (transposeB ? column * k + i : i * n + column)];
        }
        if (column >= n) {
          assertThat(c[at]).as("what lies between the rows").isEqualTo(before[at]);
        } else {
          if (!(Math.abs(c[at] - sum) <= 2e-4)) {
            assertThat((double) c[at]).isCloseTo(sum, Offset.offset(2e-4));
          }
        }
      }
    }
    return c;
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
