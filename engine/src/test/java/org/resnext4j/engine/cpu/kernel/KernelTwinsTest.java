package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.resnext4j.engine.graph.Nonlinearity;

/** Every vector kernel but the matrix product against its plain twin, on random sizes. */
class KernelTwinsTest {

  private static final Kernels VECTOR = new VectorKernels(false);
  private static final int LANES = VECTOR.lanes();
  private static final int SIZE = 1 << 14;

  @Property
  void productsOfVectors(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll @IntRange(min = 1, max = 40) int depth,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = values(random);
    float[] packed = values(random);
    int[] from = random.ints(rows, 0, 4000).toArray();
    int[] segments = random.ints(depth, 0, 4000).toArray();
    int width = vectors * LANES + 3;
    float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
    agree((kernels, to) ->
        kernels.multiplyLanes(
            new MatrixProduct(
                new Rows(x, from, 2),
                new MatrixProduct.Segments(segments, 1),
                new MatrixProduct.Panels(packed, 3, packed, 1),
                Rows.none(),
                Rows.strided(to, 5, width, rows),
                vectors,
                floor,
                PairedProduct.none()),
            0,
            rows));
  }

  @Property
  void maxima(
      @ForAll @IntRange(min = 1, max = 4) int height,
      @ForAll @IntRange(min = 1, max = 4) int width,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll long seed) {
    float[] x = values(new Random(seed));
    int step = vectors * LANES + 1;
    agree((kernels, to) ->
        kernels.maximum(x, 7, height, width, new PixelSteps(5 * step, step, vectors), to, 9));
  }

  @Property
  void means(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll long seed) {
    float[] x = values(new Random(seed));
    int step = vectors * LANES + 1;
    agree((kernels, to) ->
        kernels.mean(x, 7, height, width, new PixelSteps(9 * step, step, vectors), to, 9));
  }

  @Property
  void combinations(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 4) int inputs,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    Rows[] from = new Rows[inputs];
    for (int i = 0; i < inputs; i++) {
      from[i] = new Rows(values(random), random.ints(rows, 0, 4000).toArray(), i);
    }
    float[] constants = values(random);
    float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
    agree((kernels, to) ->
        kernels.combine(
            new Kernels.Combination(
                from,
                Rows.strided(to, 1, vectors * LANES + 2, rows),
                constants,
                3,
                700,
                vectors,
                floor),
            0,
            rows));
  }

  @Property
  void winogradsInputs(
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll boolean lastRow,
      @ForAll boolean lastPixel,
      @ForAll long seed) {
    float[] x = values(new Random(seed));
    int step = vectors * LANES;
    agree((kernels, to) ->
        kernels.winogradInput(
            x,
            3,
            new PixelSteps(7 * step, step, vectors),
            (lastRow ? 3 : 2) * 7 * step,
            (lastPixel ? 3 : 2) * step,
            to,
            2,
            step + 1));
  }

  @Property
  void winogradsOutputs(
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll boolean lower,
      @ForAll boolean right,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] m = values(random);
    float[] constants = values(random);
    int step = vectors * LANES;
    agree((kernels, to) ->
        kernels.winogradOutput(
            m,
            4,
            step + 1,
            new Epilogue(constants, 5, relu ? 0f : Float.NEGATIVE_INFINITY),
            to,
            2,
            new PixelSteps(lower ? 9 * step : 0, right ? step : 0, vectors)));
  }

  @Property
  void winogradsPatches(@ForAll @IntRange(min = 1, max = 5) int vectors, @ForAll long seed) {
    float[] x = values(new Random(seed));
    int step = vectors * LANES;
    float[] scratch = new float[36 * LANES + 3];
    // The transform's factors add up to 25.
    agree(
        2e-4f,
        (kernels, to) ->
            kernels.winogradPatch(
                x, 3, new PixelSteps(7 * step, step + 2, vectors), to, 2, step + 1, scratch, 3));
  }

  @Property
  void winogradsTiles(@ForAll @IntRange(min = 1, max = 5) int vectors, @ForAll long seed) {
    float[] m = values(new Random(seed));
    float[] scratch = new float[36 * LANES + 3];
    agree(
        2e-4f,
        (kernels, to) ->
            kernels.winogradTile(
                m,
                4,
                vectors * LANES + 1,
                to,
                2,
                new PixelSteps(5 * vectors * LANES, vectors * LANES + 2, vectors),
                scratch,
                3));
  }

  @Property
  void pixelsWithABias(
      @ForAll @IntRange(min = 1, max = 4) int rows,
      @ForAll @IntRange(min = 1, max = 4) int pixels,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = values(random);
    float[] constants = values(random);
    int step = vectors * LANES;
    float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
    agree((kernels, to) ->
        kernels.finish(
            x,
            1,
            to,
            2,
            new PixelSteps(5 * step, step + 1, vectors),
            rows,
            pixels,
            new Epilogue(constants, 3, floor)));
  }

  @Property
  void sumsOfScaledMaps(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 2) int maps,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll boolean relu,
      @ForAll long seed) {
    Random random = new Random(seed);
    Rows[] from = new Rows[maps];
    Rows[] gates = new Rows[maps];
    for (int i = 0; i < maps; i++) {
      from[i] = new Rows(values(random), random.ints(rows, 0, 9000).toArray(), 3);
      gates[i] = new Rows(values(random), random.ints(rows, 0, 9000).toArray(), 1);
    }
    float floor = relu ? 0f : Float.NEGATIVE_INFINITY;
    agree((kernels, to) ->
        kernels.scaledSum(
            new Kernels.ScaledSum(
                from, gates, Rows.strided(to, 5, vectors * LANES + 3, rows), vectors, floor),
            0,
            rows));
  }

  @Property
  void filters(
      @ForAll @IntRange(min = 1, max = 3) int rows,
      @ForAll @IntRange(min = 1, max = 3) int columns,
      @ForAll @IntRange(min = 1, max = 5) int vectors,
      @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = values(random);
    Kernels.Taps rowTaps = new Kernels.Taps(random.ints(rows, 0, 4000).toArray(), values(random));
    Kernels.Taps columnTaps =
        new Kernels.Taps(random.ints(columns, 0, 4000).toArray(), values(random));
    agree((kernels, to) -> kernels.filter(x, 7, rowTaps, columnTaps, vectors, to, 9));
  }

  @Property
  void pointwiseFunctions(@ForAll Nonlinearity function, @ForAll long seed) {
    Random random = new Random(seed);
    float[] x = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      x[i] = (float) random.nextGaussian() * 20;
    }
    agree(0, (kernels, to) -> kernels.apply(function, x, 3, to, 5, 7));
  }

  @Property
  void pointwiseFunctionsAreExactToFourUlps(
      @ForAll Nonlinearity function, @ForAll @FloatRange(min = -80, max = 80) float x) {
    float[] y = new float[LANES];
    Arrays.fill(y, x);
    VECTOR.apply(function, y, 0, y, 0, 1);
    double exact = function.of(x);
    // The hard sigmoid's sum cancels near -3, so its error is relative to 1 and not to the result.
    float size = function == Nonlinearity.HARD_SIGMOID ? 1 : (float) exact;
    assertThat((double) y[0]).isCloseTo(exact, within(4.0 * Math.ulp(size)));
  }

  private static void agree(BiConsumer<Kernels, float[]> call) {
    agree(2e-5f, call);
  }

  private static void agree(float tolerance, BiConsumer<Kernels, float[]> call) {
    float[] expected = new float[SIZE];
    float[] actual = new float[SIZE];
    call.accept(new ScalarKernels(LANES), expected);
    call.accept(VECTOR, actual);
    for (int i = 0; i < SIZE; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance)) {
        assertThat(actual[i]).as("value %d", i).isEqualTo(expected[i]);
      }
    }
  }

  private static float[] values(Random random) {
    float[] values = new float[SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
