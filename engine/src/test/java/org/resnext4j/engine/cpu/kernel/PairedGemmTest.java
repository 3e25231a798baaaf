package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.cpu.training.PackedWeights;

/** Training's products in pairs against sums in float64. */
class PairedGemmTest {

  private static final int LANES = StridedGemm.LANES;
  private static final int PANEL = PairedGemm.PANEL;

  /**
   * Of the root of the number of terms: 64 roundings of float32. PairedProduct have about twice the
   * errors of plain sums, and the largest of some thousand values lies several deviations out.
   */
  private static final double BOUND = 0x1p-18;

  @Property(tries = 60)
  void productsOfRowsAreThoseOfFloat64(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 12) int vectors,
      @ForAll @IntRange(min = 1, max = 4) int panels,
      @ForAll @IntRange(min = -55, max = 55) int exponent,
      @ForAll long seed) {
    int depth = vectors * LANES;
    int columns = panels * PANEL;
    Random random = new Random(seed);
    int stride = depth + LANES;
    float[] own = new float[Packing.roundUp(rows, 6) * stride + 24 + StridedGemm.SCRATCH];
    fill(random, own, rows * stride, Math.scalb(1f, exponent));
    float[] a = own.clone();
    PackedWeights weights = new PackedWeights(depth, columns, true);
    float[] packed = new float[(int) weights.length(2)];
    for (int column = 0; column < columns; column += PANEL) {
      for (int i = 0; i < depth * PANEL; i++) {
        packed[weights.panelAt(1, column) + i] = (float) random.nextGaussian();
      }
      weights.finishPanel(packed, 1, column);
    }
    float[] c = new float[rows * columns];
    int halvesAt = Packing.roundUp(rows, 6) * stride;

    MatrixView result = MatrixView.rows(c, 0, columns);
    weights.multiply(
        MatrixView.rows(own, 0, stride), halvesAt, halvesAt + 24, packed, 1, result, rows);

    double size = Math.scalb(Math.sqrt(depth), exponent);
    for (int row = 0; row < rows; row++) {
      for (int n = 0; n < columns; n++) {
        double sum = 0;
        int at = weights.panelAt(1, n / PANEL * PANEL) + n % PANEL;
        for (int k = 0; k < depth; k++) {
          sum += (double) a[row * stride + k] * packed[at + k * PANEL];
        }
        assertThat(Math.abs(c[row * columns + n] - sum) / size).isLessThan(BOUND);
      }
    }
  }

  @Property(tries = 60)
  void productsOfColumnsAreThoseOfFloat64(
      @ForAll @IntRange(min = 1, max = 50) int rows,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll @IntRange(min = 1, max = 3) int panels,
      @ForAll @IntRange(min = -55, max = 55) int exponent,
      @ForAll boolean accumulate,
      @ForAll long seed) {
    Random random = new Random(seed);
    int left = vectors * LANES;
    int right = panels * PANEL;
    int tiled = Packing.roundUp(left, 6);
    int leftStride = left + LANES;
    int rightAt = (rows + 2) * leftStride;
    int roomAt = rightAt + (rows + 2) * right;
    float[] own = new float[roomAt + PairedGemm.transposedRoom(rows + 1, left)];
    fill(random, own, rightAt, 1f);
    for (int i = rightAt; i < roomAt; i++) {
      own[i] = (float) random.nextGaussian() * Math.scalb(1f, exponent);
    }
    float[] factors = own.clone();
    float[] c = new float[tiled * right];
    fill(random, c, c.length, Math.scalb(1f, exponent));
    float[] before = c.clone();

    PairedGemm.multiplyTransposed(
        MatrixView.rows(own, 0, leftStride),
        MatrixView.rows(own, rightAt, right),
        MatrixView.rows(c, 0, PANEL),
        new ProductSize(left, right, rows),
        roomAt,
        accumulate);

    double size = Math.scalb(Math.sqrt(rows), exponent);
    for (int m = 0; m < left; m++) {
      for (int n = 0; n < right; n++) {
        int at = n / PANEL * PANEL * tiled + m * PANEL + n % PANEL;
        double sum = accumulate ? before[at] : 0;
        for (int k = 0; k < rows; k++) {
          sum += (double) factors[k * leftStride + m] * factors[rightAt + k * right + n];
        }
        assertThat(Math.abs(c[at] - sum) / size).isLessThan(BOUND);
      }
    }
  }

  private static void fill(Random random, float[] values, int count, float size) {
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * size;
    }
  }

  @Test
  void aProductWithZerosIsZeroAndOneWithNoNumberIsNone() {
    PackedWeights weights = new PackedWeights(LANES, PANEL, true);
    float[] packed = new float[(int) weights.length(1)];
    fill(new Random(1), packed, packed.length, 1f);
    weights.finishPanel(packed, 0, 0);
    float[] own = new float[6 * LANES + 6 + StridedGemm.SCRATCH];
    float[] c = new float[6 * PANEL];
    MatrixView rows = MatrixView.rows(own, 0, LANES);
    MatrixView result = MatrixView.rows(c, 0, PANEL);

    weights.multiply(rows, 6 * LANES, 6 * LANES + 6, packed, 0, result, 6);
    for (float value : c) {
      assertThat(value).isZero();
    }

    own[3] = Float.NaN;
    weights.multiply(rows, 6 * LANES, 6 * LANES + 6, packed, 0, result, 6);
    assertThat(c[0]).isNaN();
  }
}
