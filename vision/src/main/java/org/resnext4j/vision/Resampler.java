package org.resnext4j.vision;

import java.util.Arrays;

/**
 * Pillow's resizing, to the same bits: a horizontal and then a vertical convolution, each with
 * weights of 22 fractional bits and its result rounded to 8 bits.
 *
 * <p>Only the wanted window of the result is computed, and only the rows that it depends on.
 */
final class Resampler {

  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  /**
   * The weights along one side.
   *
   * @param first for each wanted position, the first input sample it depends on
   * @param count for each wanted position, how many it depends on
   * @param weights {@code taps} for each wanted position, zero beyond its count
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Kernel(int taps, int[] first, int[] count, int[] weights) {

    /** Weights of the output positions {@code start} to {@code start + length}. */
    static Kernel of(Interpolation filter, int input, int output, int start, int length) {
      double scale = (double) input / output;
      double filterScale = Math.max(scale, 1.0);
      double support = filter.support * filterScale;
      int taps = (int) Math.ceil(support) * 2 + 1;
      double inverse = 1.0 / filterScale;
      int[] first = new int[length];
      int[] count = new int[length];
      int[] weights = new int[Math.multiplyExact(length, taps)];
      double[] exact = new double[taps];
      for (int i = 0; i < length; i++) {
        double center = (start + i + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int to = Math.min(input, (int) (center + support + 0.5));
        double sum = 0;
        for (int k = 0; k < to - from; k++) {
          exact[k] = filter.weight((k + from - center + 0.5) * inverse);
          sum += exact[k];
        }
        for (int k = 0; k < to - from; k++) {
          double weight = (sum != 0.0 ? exact[k] / sum : exact[k]) * (1 << PRECISION_BITS);
          weights[i * taps + k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        first[i] = from;
        count[i] = to - from;
      }
      return new Kernel(taps, first, count, weights);
    }

    /** The input sample after the last that any wanted position depends on. */
    int end() {
      return first[first.length - 1] + count[first.length - 1];
    }
  }

  private Resampler() {}

  /**
   * Resizes a rectangle of a picture as if it were the whole, and returns a window of the result.
   *
   * @param source the rectangle of {@code image}, inside it
   * @param height rows of the whole result
   * @param width columns of the whole result
   * @param window the wanted rectangle of the result, inside it
   */
  static Image resample(
      Image image, Crop source, int height, int width, Crop window, Interpolation filter) {
    if (height == source.height() && width == source.width()) {
      return Crop.window(
          image,
          source.top() + window.top(),
          source.left() + window.left(),
          window.height(),
          window.width());
    }
    Kernel rows = Kernel.of(filter, source.height(), height, window.top(), window.height());
    int firstRow = height == source.height() ? window.top() : rows.first()[0];
    int rowCount = height == source.height() ? window.height() : rows.end() - rows.first()[0];
    Image narrowed;
    if (width == source.width()) {
      narrowed =
          Crop.window(
              image,
              source.top() + firstRow,
              source.left() + window.left(),
              rowCount,
              window.width());
    } else {
      Kernel columns = Kernel.of(filter, source.width(), width, window.left(), window.width());
      narrowed = Image.black(rowCount, window.width());
      for (int y = 0; y < rowCount; y++) {
        horizontal(
            image.rgb(),
            ((source.top() + firstRow + y) * image.width() + source.left()) * Image.CHANNELS,
            columns,
            narrowed.rgb(),
            y * window.width() * Image.CHANNELS);
      }
    }
    if (height == source.height()) {
      return narrowed;
    }
    Image result = Image.black(window.height(), window.width());
    int stride = window.width() * Image.CHANNELS;
    int[] sums = new int[stride];
    for (int y = 0; y < window.height(); y++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < rows.count()[y]; k++) {
        accumulate(
            narrowed.rgb(),
            (rows.first()[y] - firstRow + k) * stride,
            rows.weights()[y * rows.taps() + k],
            sums);
      }
      round(sums, result.rgb(), y * stride);
    }
    return result;
  }

  /** One row of the horizontal pass. Hot. */
  private static void horizontal(byte[] in, int offset, Kernel kernel, byte[] out, int to) {
    int[] first = kernel.first();
    int[] count = kernel.count();
    int[] weights = kernel.weights();
    for (int x = 0; x < first.length; x++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int from = offset + first[x] * Image.CHANNELS;
      int weight = x * kernel.taps();
      for (int k = 0; k < count[x]; k++) {
        int w = weights[weight + k];
        red += (in[from] & 0xff) * w;
        green += (in[from + 1] & 0xff) * w;
        blue += (in[from + 2] & 0xff) * w;
        from += Image.CHANNELS;
      }
      out[to] = clip(red);
      out[to + 1] = clip(green);
      out[to + 2] = clip(blue);
      to += Image.CHANNELS;
    }
  }

  /** Adds a weighted row to the sums of the vertical pass. Hot, written to be vectorised by C2. */
  private static void accumulate(byte[] in, int offset, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (in[offset + i] & 0xff) * weight;
    }
  }

  private static void round(int[] sums, byte[] out, int offset) {
    for (int i = 0; i < sums.length; i++) {
      out[offset + i] = clip(sums[i]);
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }
}
