package org.resnext4j.vision.transform;

import java.util.Arrays;
import java.util.Optional;
import org.resnext4j.vision.Image;

/**
 * Resizes pictures as Pillow does, bit for bit. A horizontal and then a vertical convolution have
 * weights of 22 fractional bits and round their results to 8 bits.
 *
 * <p>The resampler computes only the requested window of the result, and only the rows on which the
 * window depends.
 */
final class Resampler {

  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /**
   * Number of taps that one pass over a row adds. The loop is unrolled by hand, and the taps fit
   * into registers.
   */
  private static final int TAPS = 3;

  /**
   * The weights along one side.
   *
   * @param first for each output position, the first input sample on which it depends
   * @param weights weights {@code [taps][positions]}: the weight of each input sample, from the
   *     first on, for each output position. The number of taps is a multiple of {@link #TAPS}; the
   *     added weights are zero
   */
  @SuppressWarnings("ArrayRecordComponent") // Nothing compares the records.
  private record Kernel(int[] first, int[][] weights) {

    /** Returns the number of samples that each position reads, including samples of weight zero. */
    int taps() {
      return weights.length;
    }

    /**
     * Computes the weights of the output positions from {@code start} to {@code start + length},
     * exclusive.
     */
    static Kernel of(Interpolation filter, int input, int output, int start, int length) {
      double scale = (double) input / output;
      double filterScale = Math.max(scale, 1.0);
      double support = filter.support * filterScale;
      double inverse = 1.0 / filterScale;
      int[] first = new int[length];
      int[] count = new int[length];
      int most = 0;
      for (int i = 0; i < length; i++) {
        double center = (start + i + 0.5) * scale;
        first[i] = Math.max(0, (int) (center - support + 0.5));
        count[i] = Math.min(input, (int) (center + support + 0.5)) - first[i];
        most = Math.max(most, count[i]);
      }
      int taps = (most + TAPS - 1) / TAPS * TAPS;
      int[][] weights = new int[taps][length];
      double[] exact = new double[taps];
      for (int i = 0; i < length; i++) {
        double center = (start + i + 0.5) * scale;
        double sum = 0;
        for (int k = 0; k < count[i]; k++) {
          exact[k] = filter.weight((k + first[i] - center + 0.5) * inverse);
          sum += exact[k];
        }
        for (int k = 0; k < count[i]; k++) {
          double weight = (sum != 0.0 ? exact[k] / sum : exact[k]) * (1 << PRECISION_BITS);
          weights[k][i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
      }
      return new Kernel(first, weights);
    }
  }

  private Resampler() {}

  /**
   * Resizes a rectangle of a picture as if the rectangle were the whole picture, and returns a
   * window of the result.
   *
   * @param source rectangle inside {@code image}
   * @param height rows of the whole result
   * @param width columns of the whole result
   * @param window requested rectangle inside the result
   */
  static Image resample(
      Image image, Crop source, int height, int width, Crop window, Interpolation filter) {
    if (height == source.height() && width == source.width()) {
      return new Crop(
              source.top() + window.top(),
              source.left() + window.left(),
              window.height(),
              window.width())
          .apply(image);
    }
    int stride = window.width() * Image.CHANNELS;
    Optional<Kernel> columns =
        width == source.width()
            ? Optional.empty()
            : Optional.of(Kernel.of(filter, source.width(), width, window.left(), window.width()));
    Image result = Image.black(window.height(), window.width());
    if (height == source.height()) {
      Rows narrowed = new Rows(image, source, columns, window, 1);
      for (int y = 0; y < window.height(); y++) {
        store(narrowed.row(window.top() + y), result.rgb(), y * stride);
      }
      return result;
    }
    Kernel rows = Kernel.of(filter, source.height(), height, window.top(), window.height());
    Rows narrowed = new Rows(image, source, columns, window, rows.taps());
    int[] sums = new int[stride];
    for (int y = 0; y < window.height(); y++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < rows.taps(); k++) {
        int weight = rows.weights()[k][y];
        if (weight != 0) {
          accumulate(narrowed.row(rows.first()[y] + k), weight, sums);
        }
      }
      clip(sums);
      store(sums, result.rgb(), y * stride);
    }
    return result;
  }

  /**
   * The rows of a rectangle of a picture in their new width. The first request for a row computes
   * the row. The convolution requests rows in ascending order; this class therefore computes no row
   * twice.
   */
  private static final class Rows {

    private final Image image;
    private final Crop source;
    private final Optional<Kernel> columns;
    private final int left;
    private final int[][] made;
    private final int[] numbers;

    /** A row of the source, followed by black pixels that weights of zero read. */
    private final byte[] whole;

    Rows(Image image, Crop source, Optional<Kernel> columns, Crop window, int kept) {
      this.image = image;
      this.source = source;
      this.columns = columns;
      this.left = window.left();
      this.made = new int[kept][window.width() * Image.CHANNELS];
      this.numbers = new int[kept];
      Arrays.fill(numbers, -1);
      int spare = columns.map(Kernel::taps).orElse(0);
      this.whole = new byte[(source.width() + spare) * Image.CHANNELS];
    }

    /**
     * Returns the samples of a row of the rectangle. They stay valid until the convolution requests
     * {@code kept} other rows.
     */
    int[] row(int y) {
      int slot = y % made.length;
      if (numbers[slot] != y) {
        numbers[slot] = y;
        make(((source.top() + y) * image.width() + source.left()) * Image.CHANNELS, made[slot]);
      }
      return made[slot];
    }

    private void make(int from, int[] row) {
      if (columns.isEmpty()) {
        widen(image.rgb(), from + left * Image.CHANNELS, row);
        return;
      }
      System.arraycopy(image.rgb(), from, whole, 0, source.width() * Image.CHANNELS);
      Arrays.fill(row, HALF);
      Kernel kernel = columns.get();
      for (int tap = 0; tap < kernel.taps(); tap += TAPS) {
        horizontal(
            whole,
            kernel.first(),
            tap,
            kernel.weights()[tap],
            kernel.weights()[tap + 1],
            kernel.weights()[tap + 2],
            row);
      }
      clip(row);
    }
  }

  private static void widen(byte[] in, int from, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[from + i] & 0xff;
    }
  }

  /**
   * Adds three taps of the horizontal pass to the sums of a row. This loop is hot.
   *
   * @param first for each position, the input pixel of its tap 0
   * @param tap first of the three taps
   */
  private static void horizontal(
      byte[] in, int[] first, int tap, int[] weights0, int[] weights1, int[] weights2, int[] sums) {
    for (int x = 0; x < first.length; x++) {
      int from = (first[x] + tap) * Image.CHANNELS;
      int w0 = weights0[x];
      int w1 = weights1[x];
      int w2 = weights2[x];
      sums[3 * x] +=
          (in[from] & 0xff) * w0 + (in[from + 3] & 0xff) * w1 + (in[from + 6] & 0xff) * w2;
      sums[3 * x + 1] +=
          (in[from + 1] & 0xff) * w0 + (in[from + 4] & 0xff) * w1 + (in[from + 7] & 0xff) * w2;
      sums[3 * x + 2] +=
          (in[from + 2] & 0xff) * w0 + (in[from + 5] & 0xff) * w1 + (in[from + 8] & 0xff) * w2;
    }
  }

  /** Adds a weighted row to the sums of the vertical pass. C2 vectorises this hot loop. */
  private static void accumulate(int[] in, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += in[i] * weight;
    }
  }

  /** Rounds weighted sums to samples. C2 vectorises this hot loop. */
  private static void clip(int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = Math.max(0, Math.min(255, sums[i] >> PRECISION_BITS));
    }
  }

  private static void store(int[] samples, byte[] out, int offset) {
    for (int i = 0; i < samples.length; i++) {
      out[offset + i] = (byte) samples[i];
    }
  }
}
