package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.cpu.inference.PairPacking;

/** Products in pairs against sums in float64, and how precise they are beside plain ones. */
class PairedProductTest {

  private static final Kernels VECTOR = new VectorKernels(true);
  private static final int LANES = VECTOR.lanes();
  private static final int PANEL = MatrixProduct.PANEL_VECTORS * LANES;

  /** A product with random positive A, as behind a ReLU, and what it should be. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Case(MatrixProduct plain, MatrixProduct pairs, double[] expected, double size) {

    static Case of(
        int rows, int panels, int segments, int length, float sizeOfB, boolean relu, long seed) {
      Random random = new Random(seed);
      int columns = panels * PANEL;
      int depth = segments * length;
      float[] a = new float[5000 + depth];
      for (int i = 0; i < a.length; i++) {
        a[i] = (float) Math.max(0, random.nextGaussian());
      }
      int[] aRows = random.ints(rows, 0, 2000).toArray();
      int[] starts = random.ints(segments, 0, 1000).toArray();
      float[] b = new float[depth * columns];
      for (int i = 0; i < b.length; i++) {
        b[i] = (float) random.nextGaussian() * sizeOfB;
      }
      float scale = (float) (sizeOfB * Math.sqrt(depth));
      double[] bias = random.doubles(columns, -scale, scale).toArray();
      float[] residual = new float[rows * columns];
      for (int i = 0; i < residual.length; i++) {
        residual[i] = (float) random.nextGaussian() * scale;
      }
      float[] constants = new float[2 * columns + 1];
      for (int n = 0; n < columns; n++) {
        constants[n] = (float) bias[n];
      }
      float[] packed = new float[b.length + 2 * columns + 1];
      System.arraycopy(b, 0, packed, 0, b.length);
      PairPacking places = new PairPacking(b.length, b.length + 1);
      places.prepare(packed, 0, depth, PANEL, 0, bias, Math.sqrt(0.5));
      float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
      Rows aOfAll = new Rows(a, aRows, 3);
      Rows r = Rows.strided(residual, 0, columns, rows);
      MatrixProduct plain =
          new MatrixProduct(
              aOfAll,
              new MatrixProduct.Segments(starts, length),
              new MatrixProduct.Panels(b, 0, constants, 0),
              r,
              Rows.strided(new float[rows * columns], 0, columns, rows),
              2 * panels,
              floor,
              PairedProduct.none());
      MatrixProduct pairs =
          new MatrixProduct(
              aOfAll,
              new MatrixProduct.Segments(starts, length),
              new MatrixProduct.Panels(packed, 0, constants, 0),
              r,
              Rows.strided(new float[rows * columns], 0, columns, rows),
              2 * panels,
              floor,
              new PairedProduct(packed, places.inverse(), places.correction(), new float[rows]));
      double[] expected = new double[rows * columns];
      for (int row = 0; row < rows; row++) {
        for (int n = 0; n < columns; n++) {
          double sum = constants[n] + residual[row * columns + n];
          int at = n / PANEL * PANEL * depth + n % PANEL;
          for (int start : starts) {
            for (int k = 0; k < length; k++, at += PANEL) {
              sum += (double) a[aRows[row] + 3 + start + k] * b[at];
            }
          }
          expected[row * columns + n] = Math.max(floor, sum);
        }
      }
      return new Case(plain, pairs, expected, scale);
    }

    /** The root mean square of the error, in parts of the size of a result. */
    double error(Kernels kernels, MatrixProduct product) {
      if (!product.pairs().isNone()) {
        kernels.sumRows(product, 0, product.rows());
      }
      for (int panel = 0; panel < product.panels(); panel++) {
        kernels.multiply(product, 0, product.rows(), panel);
      }
      double squares = 0;
      for (int i = 0; i < expected.length; i++) {
        double error = (product.c().values()[i] - expected[i]) / size;
        squares += error * error;
      }
      return Math.sqrt(squares / expected.length);
    }
  }

  @Property(tries = 300)
  void productsInPairsAreTheSumsTheySay(
      @ForAll @IntRange(min = 1, max = 25) int rows,
      @ForAll @IntRange(min = 1, max = 3) int panels,
      @ForAll @IntRange(min = 1, max = 4) int segments,
      @ForAll @IntRange(min = 1, max = 40) int pairs,
      @ForAll @IntRange(min = -12, max = 12) int exponent,
      @ForAll boolean relu,
      @ForAll long seed) {
    float sizeOfB = (float) Math.pow(10, exponent);
    Case one = Case.of(rows, panels, segments, 2 * pairs, sizeOfB, relu, seed);
    assertThat(one.error(VECTOR, one.pairs())).isLessThan(2e-6);
    assertThat(one.error(new ScalarKernels(LANES), one.pairs())).isLessThan(2e-6);
  }

  /** Measured: 0.66, 0.63, 0.91 and 1.3 times the plain sums' errors. */
  @ParameterizedTest
  @ValueSource(ints = {64, 256, 1024, 2048})
  void theyRoundAboutAsPlainSumsDo(int depth) {
    Case one = Case.of(60, 2, 1, depth, 0.02f, false, depth);
    double pairs = one.error(VECTOR, one.pairs());
    double plain = one.error(VECTOR, one.plain());
    assertThat(pairs).isLessThan(2 * plain);
  }

  @Test
  void emptyMatricesAndUnknownSizesNeedNoFactor() {
    float[] packed = new float[2 * PANEL + 1 + PANEL];
    new PairPacking(2 * PANEL, 2 * PANEL + 1).prepare(packed, 0, 2, PANEL, 0, new double[PANEL], 1);
    assertThat(packed[2 * PANEL]).isEqualTo(1);
    packed[0] = 7;
    new PairPacking(2 * PANEL, 2 * PANEL + 1).prepare(packed, 0, 2, PANEL, 0, new double[PANEL], 0);
    assertThat(packed[0]).isEqualTo(7);
    assertThat(packed[2 * PANEL]).isEqualTo(1);
  }

  @Test
  void oddDepthsAndHalfPanelsAreRefused() {
    Rows rows = Rows.strided(new float[PANEL], 0, PANEL, 1);
    PairedProduct pairs = new PairedProduct(new float[1], 0, 0, new float[1]);
    assertThatThrownBy(() ->
            new MatrixProduct(
                rows,
                MatrixProduct.Segments.one(3),
                new MatrixProduct.Panels(new float[0], 0, new float[0], 0),
                Rows.none(),
                rows,
                2,
                0f,
                pairs))
        .hasMessageContaining("length 3");
  }
}
