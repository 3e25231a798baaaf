package org.resnext4j.engine.cpu.kernel;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Passes over rows of channels, where a row holds the channels of one pixel. They apply batch norm,
 * ReLU and their gradients, and compute the sums that batch norm needs.
 */
public final class ChannelPasses {

  private static final VectorSpecies<Integer> INTEGERS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());

  private ChannelPasses() {}

  /** Computes {@code to = x * scale + shift} for some channels of one pixel. */
  public static void affine(
      float[] x,
      int at,
      float[] scale,
      float[] shift,
      int channel,
      int count,
      float[] to,
      int target) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .fma(
              FloatVector.fromArray(SPECIES, scale, channel + i),
              FloatVector.fromArray(SPECIES, shift, channel + i))
          .intoArray(to, target + i);
    }
    for (; i < count; i++) {
      to[target + i] = Math.fma(x[at + i], scale[channel + i], shift[channel + i]);
    }
  }

  /** Computes {@code to = max(x * scale + shift, 0)} for some channels of one pixel. */
  public static void affineRelu(
      float[] x,
      int at,
      float[] scale,
      float[] shift,
      int channel,
      int count,
      float[] to,
      int target) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .fma(
              FloatVector.fromArray(SPECIES, scale, channel + i),
              FloatVector.fromArray(SPECIES, shift, channel + i))
          .max(0f)
          .intoArray(to, target + i);
    }
    for (; i < count; i++) {
      float y = Math.fma(x[at + i], scale[channel + i], shift[channel + i]);
      to[target + i] = Math.max(y, 0f);
    }
  }

  /**
   * Computes the gradient of a batch norm's input for some channels of one pixel: {@code to = a·dy
   * + b·x + c}, where dy is the gradient of its output.
   */
  public static void normGradient(
      float[] g,
      float[] x,
      int at,
      GradientCoefficients k,
      int channel,
      int count,
      float[] to,
      int target) {
    float[] a = k.a();
    float[] b = k.b();
    float[] c = k.c();
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector rest =
          FloatVector.fromArray(SPECIES, x, at + i)
              .fma(
                  FloatVector.fromArray(SPECIES, b, channel + i),
                  FloatVector.fromArray(SPECIES, c, channel + i));
      FloatVector.fromArray(SPECIES, g, at + i)
          .fma(FloatVector.fromArray(SPECIES, a, channel + i), rest)
          .intoArray(to, target + i);
    }
    for (; i < count; i++) {
      float rest = Math.fma(x[at + i], b[channel + i], c[channel + i]);
      to[target + i] = Math.fma(g[at + i], a[channel + i], rest);
    }
  }

  /**
   * Computes the same as {@link #normGradient} for a batch norm with a ReLU: dy counts only where
   * the ReLU's output is positive.
   */
  public static void normReluGradient(
      float[] g,
      float[] x,
      int at,
      GradientCoefficients k,
      int channel,
      int count,
      float[] to,
      int target) {
    float[] a = k.a();
    float[] b = k.b();
    float[] c = k.c();
    float[] scale = k.scale();
    float[] shift = k.shift();
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector dy = FloatVector.fromArray(SPECIES, g, at + i);
      FloatVector y =
          value.fma(
              FloatVector.fromArray(SPECIES, scale, channel + i),
              FloatVector.fromArray(SPECIES, shift, channel + i));
      dy = FloatVector.zero(SPECIES).blend(dy, y.compare(VectorOperators.GT, 0f));
      FloatVector rest =
          value.fma(
              FloatVector.fromArray(SPECIES, b, channel + i),
              FloatVector.fromArray(SPECIES, c, channel + i));
      dy.fma(FloatVector.fromArray(SPECIES, a, channel + i), rest).intoArray(to, target + i);
    }
    for (; i < count; i++) {
      float value = x[at + i];
      boolean on = Math.fma(value, scale[channel + i], shift[channel + i]) > 0f;
      float rest = Math.fma(value, b[channel + i], c[channel + i]);
      to[target + i] = Math.fma(on ? g[at + i] : 0f, a[channel + i], rest);
    }
  }

  /** The coefficients of {@link #normGradient}, one value of each for every channel. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record GradientCoefficients(
      float[] scale, float[] shift, float[] a, float[] b, float[] c) {}

  /** Computes {@code to += x}. */
  public static void add(float[] x, int at, int count, float[] to, int target) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .add(FloatVector.fromArray(SPECIES, to, target + i))
          .intoArray(to, target + i);
    }
    for (; i < count; i++) {
      to[target + i] += x[at + i];
    }
  }

  /** Computes {@code x = max(x, 0)}. */
  public static void relu(float[] x, int at, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i).max(0f).intoArray(x, at + i);
    }
    for (; i < count; i++) {
      x[at + i] = Math.max(x[at + i], 0f);
    }
  }

  /** Sets the gradient to 0 where the output of a ReLU is 0. */
  public static void reluGradient(float[] g, float[] output, int at, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector on = FloatVector.fromArray(SPECIES, output, at + i);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, g, at + i), on.compare(VectorOperators.GT, 0f))
          .intoArray(g, at + i);
    }
    for (; i < count; i++) {
      g[at + i] = output[at + i] > 0f ? g[at + i] : 0f;
    }
  }

  /**
   * Some channels of some pixels of a map.
   *
   * @param at index of the first channel of the first pixel, in the map's array
   * @param rows number of pixels
   * @param stride distance between neighbouring pixels, in values
   * @param channel the first channel
   * @param channels number of channels
   */
  public record Block(int at, int rows, int stride, int channel, int channels) {}

  /**
   * The target of a block's sums: two float64 sums for each channel.
   *
   * @param first index of the first sums
   * @param second index of the second sums
   */
  @SuppressWarnings("ArrayRecordComponent") // A view, never compared.
  public record Sums(double[] values, int first, int second) {}

  /**
   * Adds the channel sums of a few rows to the first sums, and their sums of squares to the second
   * sums. The rows are summed in float32 around their own mean and then added in float64, so a mean
   * far from 0 does not spoil the variance.
   *
   * @param scratch scratch memory for {@code [2][channels]} values from {@code scratchAt} on
   */
  public static void moments(float[] x, Block block, Sums into, float[] scratch, int scratchAt) {
    int at = block.at();
    int rows = block.rows();
    int stride = block.stride();
    int channels = block.channels();
    int second = scratchAt + channels;
    int c = 0;
    for (; c <= channels - 2 * LANES; c += 2 * LANES) {
      FloatVector s0 = FloatVector.zero(SPECIES);
      FloatVector s1 = s0;
      for (int r = 0, p = at + c; r < rows; r++, p += stride) {
        s0 = s0.add(FloatVector.fromArray(SPECIES, x, p));
        s1 = s1.add(FloatVector.fromArray(SPECIES, x, p + LANES));
      }
      s0.intoArray(scratch, scratchAt + c);
      s1.intoArray(scratch, scratchAt + c + LANES);
      FloatVector m0 = s0.mul(1f / rows);
      FloatVector m1 = s1.mul(1f / rows);
      FloatVector q0 = FloatVector.zero(SPECIES);
      FloatVector q1 = q0;
      for (int r = 0, p = at + c; r < rows; r++, p += stride) {
        FloatVector d0 = FloatVector.fromArray(SPECIES, x, p).sub(m0);
        FloatVector d1 = FloatVector.fromArray(SPECIES, x, p + LANES).sub(m1);
        q0 = d0.fma(d0, q0);
        q1 = d1.fma(d1, q1);
      }
      q0.intoArray(scratch, second + c);
      q1.intoArray(scratch, second + c + LANES);
    }
    for (; c < channels; c++) {
      float sum = 0f;
      for (int r = 0, p = at + c; r < rows; r++, p += stride) {
        sum += x[p];
      }
      float mean = sum * (1f / rows);
      float squares = 0f;
      for (int r = 0, p = at + c; r < rows; r++, p += stride) {
        float d = x[p] - mean;
        squares = Math.fma(d, d, squares);
      }
      scratch[scratchAt + c] = sum;
      scratch[second + c] = squares;
    }
    double perRow = 1.0 / rows;
    // The float32 mean m is not exactly sum / rows. So the sum of squares around 0 is
    // squares + 2·m·sum - rows·m².
    for (int i = 0; i < channels; i++) {
      double sum = scratch[scratchAt + i];
      double mean = scratch[scratchAt + i] * (float) perRow;
      into.values()[into.first() + i] += sum;
      into.values()[into.second() + i] += scratch[second + i] + mean * (2 * sum - rows * mean);
    }
  }

  /**
   * A batch norm: {@code y = x * scale + shift}, channel by channel.
   *
   * @param mean the mean of x in each channel
   * @param relu whether a ReLU follows
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Norm(float[] scale, float[] shift, float[] mean, boolean relu) {}

  /**
   * Rows whose gradients are summed in registers before they are added to the sums in the cache.
   */
  private static final int ROWS_AT_ONCE = 4;

  /**
   * Adds the sums of dy over a few rows to the first sums, and the sums of dy·(x - mean) to the
   * second sums. Here dy is the gradient, or 0 where the ReLU's output is 0.
   *
   * @param g the gradients, a map of the same layout as x
   * @param norm the batch norm
   * @param scratch scratch memory for {@code [2][channels]} values from {@code scratchAt} on
   */
  public static void gradientMoments(
      float[] g, float[] x, Block block, Norm norm, Sums into, float[] scratch, int scratchAt) {
    int at = block.at();
    int rows = block.rows();
    int stride = block.stride();
    int channel = block.channel();
    int channels = block.channels();
    int centredAt = scratchAt + channels;
    Arrays.fill(scratch, scratchAt, centredAt + channels, 0f);
    // The loop reads whole rows one after another: main memory delivers sequential reads fastest.
    int row = 0;
    for (; row <= rows - ROWS_AT_ONCE; row += ROWS_AT_ONCE) {
      int first = at + row * stride;
      if (norm.relu()) {
        addFourRowsBehindRelu(g, x, first, block, norm, scratch, scratchAt);
      } else {
        addFourRows(g, x, first, block, norm.mean(), scratch, scratchAt);
      }
    }
    int vectors = channels / LANES * LANES;
    float[] scale = norm.scale();
    float[] shift = norm.shift();
    float[] mean = norm.mean();
    boolean relu = norm.relu();
    for (int r = 0; r < rows; r++) {
      // The rest: rows that fill no block of four, and channels that fill no vector.
      for (int c = r < row ? vectors : 0, p = at + r * stride + c; c < channels; c++, p++) {
        boolean on = !relu || Math.fma(x[p], scale[channel + c], shift[channel + c]) > 0f;
        float dy = on ? g[p] : 0f;
        scratch[scratchAt + c] += dy;
        scratch[centredAt + c] = Math.fma(x[p] - mean[channel + c], dy, scratch[centredAt + c]);
      }
    }
    for (int i = 0; i < channels; i++) {
      into.values()[into.first() + i] += scratch[scratchAt + i];
      into.values()[into.second() + i] += scratch[centredAt + i];
    }
  }

  /**
   * Computes four rows of {@link #gradientMoments} with a ReLU, for whole vectors of channels. Hot.
   */
  private static void addFourRowsBehindRelu(
      float[] g, float[] x, int at, Block block, Norm norm, float[] sums, int into) {
    int stride = block.stride();
    int channel = block.channel();
    int channels = block.channels();
    float[] scale = norm.scale();
    float[] shift = norm.shift();
    float[] mean = norm.mean();
    int second = into + channels;
    for (int c = 0; c <= channels - LANES; c += LANES) {
      int p = at + c;
      FloatVector m = FloatVector.fromArray(SPECIES, mean, channel + c);
      FloatVector a = FloatVector.fromArray(SPECIES, scale, channel + c);
      FloatVector b = FloatVector.fromArray(SPECIES, shift, channel + c);
      FloatVector zero = FloatVector.zero(SPECIES);
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, p);
      FloatVector g0 =
          zero.blend(
              FloatVector.fromArray(SPECIES, g, p), x0.fma(a, b).compare(VectorOperators.GT, 0f));
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, p + stride);
      FloatVector g1 =
          zero.blend(
              FloatVector.fromArray(SPECIES, g, p + stride),
              x1.fma(a, b).compare(VectorOperators.GT, 0f));
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, p + 2 * stride);
      FloatVector g2 =
          zero.blend(
              FloatVector.fromArray(SPECIES, g, p + 2 * stride),
              x2.fma(a, b).compare(VectorOperators.GT, 0f));
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, p + 3 * stride);
      FloatVector g3 =
          zero.blend(
              FloatVector.fromArray(SPECIES, g, p + 3 * stride),
              x3.fma(a, b).compare(VectorOperators.GT, 0f));
      FloatVector s = g0.add(g1).add(g2.add(g3));
      FloatVector q = x1.sub(m).fma(g1, x0.sub(m).mul(g0));
      FloatVector r = x3.sub(m).fma(g3, x2.sub(m).mul(g2));
      s.add(FloatVector.fromArray(SPECIES, sums, into + c)).intoArray(sums, into + c);
      q.add(r).add(FloatVector.fromArray(SPECIES, sums, second + c)).intoArray(sums, second + c);
    }
  }

  /** Computes four rows of {@link #gradientMoments}, for whole vectors of channels. Hot. */
  private static void addFourRows(
      float[] g, float[] x, int at, Block block, float[] mean, float[] sums, int into) {
    int stride = block.stride();
    int channel = block.channel();
    int channels = block.channels();
    int second = into + channels;
    for (int c = 0; c <= channels - LANES; c += LANES) {
      int p = at + c;
      FloatVector m = FloatVector.fromArray(SPECIES, mean, channel + c);
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, p);
      FloatVector g0 = FloatVector.fromArray(SPECIES, g, p);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, p + stride);
      FloatVector g1 = FloatVector.fromArray(SPECIES, g, p + stride);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, p + 2 * stride);
      FloatVector g2 = FloatVector.fromArray(SPECIES, g, p + 2 * stride);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, p + 3 * stride);
      FloatVector g3 = FloatVector.fromArray(SPECIES, g, p + 3 * stride);
      FloatVector s = g0.add(g1).add(g2.add(g3));
      FloatVector q = x1.sub(m).fma(g1, x0.sub(m).mul(g0));
      FloatVector r = x3.sub(m).fma(g3, x2.sub(m).mul(g2));
      s.add(FloatVector.fromArray(SPECIES, sums, into + c)).intoArray(sums, into + c);
      q.add(r).add(FloatVector.fromArray(SPECIES, sums, second + c)).intoArray(sums, second + c);
    }
  }

  /**
   * Updates the largest values: replaces each value by the value of x if that is larger or NaN, and
   * records the tap.
   *
   * @param winner receives {@code from} where the value was replaced
   */
  public static void maximum(
      float[] x, int at, int count, float[] largest, int target, int[] winner, int from) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector value = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector before = FloatVector.fromArray(SPECIES, largest, target + i);
      VectorMask<Float> taken =
          value.compare(VectorOperators.GT, before).or(value.test(VectorOperators.IS_NAN));
      before.blend(value, taken).intoArray(largest, target + i);
      IntVector.fromArray(INTEGERS, winner, target + i)
          .blend(from, taken.cast(INTEGERS))
          .intoArray(winner, target + i);
    }
    for (; i < count; i++) {
      if (x[at + i] > largest[target + i] || Float.isNaN(x[at + i])) {
        largest[target + i] = x[at + i];
        winner[target + i] = from;
      }
    }
  }

  /** Adds the gradients of the outputs whose winner is {@code from}. */
  public static void addWhereWon(
      float[] g, int at, int count, int[] winner, int winnerAt, int from, float[] to, int target) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      VectorMask<Integer> won =
          IntVector.fromArray(INTEGERS, winner, winnerAt + i).compare(VectorOperators.EQ, from);
      FloatVector.zero(SPECIES)
          .blend(FloatVector.fromArray(SPECIES, g, at + i), won.cast(SPECIES))
          .add(FloatVector.fromArray(SPECIES, to, target + i))
          .intoArray(to, target + i);
    }
    for (; i < count; i++) {
      if (winner[winnerAt + i] == from) {
        to[target + i] += g[at + i];
      }
    }
  }
}
