package org.resnext4j.vision.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.resnext4j.vision.Image;

/**
 * Computes the rows of a picture from three component planes. Libjpeg's triangle filter ("fancy
 * upsampling") enlarges subsampled chrominance planes. Then this class converts luminance and
 * chrominance to red, green and blue. Both steps agree with libjpeg bit for bit.
 *
 * <p>The class widens the samples of a row to ints, because C2 vectorises loops over ints, but not
 * over bytes. If planes have half the width, even and odd columns have separate arrays.
 */
final class JpegColours {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final JpegPlane[] planes;
  private final Image image;
  private final boolean convert;
  private final int horizontal;
  private final int vertical;
  private final boolean repeating;

  /** The weighted sums of two rows of a subsampled plane, with one more sum at each end. */
  private final int[] sums;

  /** For each plane and each phase of columns (all, or even and odd), the samples of a row. */
  private final int[][][] samples;

  /** For each phase of columns, the pixels of a row: red, green and blue from the lowest bits. */
  private final int[][] packed;

  /**
   * Prepares the conversion of three planes.
   *
   * @param image picture that receives the rows
   * @param horizontal columns of the picture for each column of the chrominance planes, 1 or 2
   * @param vertical rows of the picture for each row of the chrominance planes, 1 or 2
   * @param convert whether the planes are luminance and chrominance and need conversion; otherwise
   *     they are red, green and blue
   */
  JpegColours(JpegPlane[] planes, Image image, int horizontal, int vertical, boolean convert) {
    this.planes = planes;
    this.image = image;
    this.horizontal = horizontal;
    this.vertical = vertical;
    this.convert = convert;
    int width = planes[1].width;
    // Libjpeg repeats the samples of planes that are too narrow for its filter.
    this.repeating = horizontal == 2 && width <= 2;
    this.sums = new int[width + 2];
    this.samples = new int[planes.length][horizontal][width];
    this.packed = new int[horizontal][width];
  }

  /** Computes a row of a grey picture. */
  static void grey(JpegPlane plane, Image image, int y) {
    byte[] rgb = image.rgb();
    int from = plane.row(y);
    int to = y * image.width() * Image.CHANNELS;
    for (int x = 0; x < image.width(); x++) {
      byte value = plane.samples[from + x];
      rgb[to] = value;
      rgb[to + 1] = value;
      rgb[to + 2] = value;
      to += Image.CHANNELS;
    }
  }

  /** Computes a row of the picture. */
  void row(int y) {
    enlarge(y, 1);
    enlarge(y, 2);
    for (int phase = 0; phase < horizontal; phase++) {
      pack(y, phase);
    }
    store(image.rgb(), y * image.width() * Image.CHANNELS, image.width());
  }

  /** Packs the pixels of one phase of a row. */
  private void pack(int y, int phase) {
    JpegPlane first = planes[0];
    int count = (first.width - phase + horizontal - 1) / horizontal;
    int[] luminance = samples[0][phase];
    widen(first.samples, first.row(y) + phase, horizontal, count, luminance);
    int[] second = samples[1][phase];
    int[] third = samples[2][phase];
    if (convert) {
      YccColours.pack(luminance, second, third, count, packed[phase]);
    } else {
      pack(luminance, second, third, count, packed[phase]);
    }
  }

  private static void pack(int[] red, int[] green, int[] blue, int count, int[] packed) {
    for (int i = 0; i < count; i++) {
      packed[i] = red[i] | (green[i] << 8) | (blue[i] << 16);
    }
  }

  /**
   * Stores a row of packed pixels. Four pixels are twelve bytes, a long and an int. This loop is
   * hot.
   */
  private void store(byte[] rgb, int to, int width) {
    int[] even = packed[0];
    int[] odd = packed[horizontal - 1];
    int shift = horizontal - 1;
    int x = 0;
    for (; x + 4 <= width; x += 4) {
      long second = odd[(x + 1) >> shift];
      long third = even[(x + 2) >> shift];
      LONG.set(rgb, to, even[x >> shift] | (second << 24) | (third << 48));
      INT.set(rgb, to + Long.BYTES, (int) (third >> 16) | (odd[(x + 3) >> shift] << 8));
      to += 4 * Image.CHANNELS;
    }
    for (; x < width; x++) {
      int pixel = (x % 2 == 0 ? even : odd)[x >> shift];
      rgb[to] = (byte) pixel;
      rgb[to + 1] = (byte) (pixel >> 8);
      rgb[to + 2] = (byte) (pixel >> 16);
      to += Image.CHANNELS;
    }
  }

  /** Enlarges a chrominance plane to a row of the picture. */
  private void enlarge(int y, int index) {
    JpegPlane plane = planes[index];
    int width = plane.width;
    int near = y / vertical;
    int[][] out = samples[index];
    boolean mixed = vertical == 2 && !repeating;
    if (!mixed) {
      widen(plane.samples, plane.row(near), 1, width, out[0]);
      if (horizontal == 2) {
        System.arraycopy(out[0], 0, repeating ? out[1] : sums, repeating ? 0 : 1, width);
      }
    } else {
      int far = Math.max(0, Math.min(plane.height - 1, y % 2 == 0 ? near - 1 : near + 1));
      mix(plane.samples, plane.row(near), plane.row(far), width, sums);
    }
    if (horizontal == 2 && !repeating) {
      sums[0] = sums[1];
      sums[width + 1] = sums[width];
      filter(sums, width, 0, mixed ? 8 : 1, mixed ? 4 : 2, out[0]);
      filter(sums, width, 2, mixed ? 7 : 2, mixed ? 4 : 2, out[1]);
    } else if (mixed) {
      for (int i = 0; i < width; i++) {
        out[0][i] = (sums[i + 1] + 1 + y % 2) >> 2;
      }
    }
  }

  private static void widen(byte[] samples, int from, int step, int count, int[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = samples[from + i * step] & 0xff;
    }
  }

  private static void mix(byte[] samples, int near, int far, int width, int[] sums) {
    for (int i = 0; i < width; i++) {
      sums[i + 1] = (samples[near + i] & 0xff) * 3 + (samples[far + i] & 0xff);
    }
  }

  /** Weights each sum by 3/4 and its neighbour by 1/4. */
  private static void filter(int[] sums, int width, int neighbour, int half, int shift, int[] out) {
    for (int i = 0; i < width; i++) {
      out[i] = (sums[i + 1] * 3 + sums[i + neighbour] + half) >> shift;
    }
  }
}
