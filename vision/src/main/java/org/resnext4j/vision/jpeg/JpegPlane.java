package org.resnext4j.vision.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of samples of one component, and the inverse discrete cosine transform that computes the
 * samples. The transform is bit for bit libjpeg's accurate integer transform ("islow", by the
 * algorithm of Loeffler, Ligtenberg and Moschytz, 1989).
 *
 * <p>A plane holds two rows of MCUs, because the triangle filter reads the rows of samples above
 * and below a row. A new row of MCUs replaces the row before the last.
 */
final class JpegPlane {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int SIDE = 8;
  private static final int BITS = 13;
  private static final int EXTRA = 2;
  private static final int COLUMN_SHIFT = BITS - EXTRA;
  private static final int ROW_SHIFT = BITS + EXTRA + 3;
  private static final int COLUMN_HALF = 1 << (COLUMN_SHIFT - 1);

  /** Half a unit for rounding, plus 128, the level shift of the samples. */
  private static final int ROW_HALF = (1 << (ROW_SHIFT - 1)) + (128 << ROW_SHIFT);

  // The constants of the algorithm with 13 fractional bits.
  private static final int F_0_298 = 2446;
  private static final int F_0_390 = 3196;
  private static final int F_0_541 = 4433;
  private static final int F_0_765 = 6270;
  private static final int F_0_899 = 7373;
  private static final int F_1_175 = 9633;
  private static final int F_1_501 = 12299;
  private static final int F_1_847 = 15137;
  private static final int F_1_961 = 16069;
  private static final int F_2_053 = 16819;
  private static final int F_2_562 = 20995;
  private static final int F_3_072 = 25172;

  final int height;
  final int width;
  final byte[] samples;
  private final int stride;
  private final int mask;
  private final int[] columns = new int[SIDE * SIDE];

  /**
   * Creates an empty plane.
   *
   * @param height rows that belong to the picture
   * @param width columns that belong to the picture
   * @param blocksOfUnit rows of blocks in a row of MCUs, at most 4
   * @param blockColumns columns of blocks in the file
   */
  JpegPlane(int height, int width, int blocksOfUnit, int blockColumns) {
    this.height = height;
    this.width = width;
    this.stride = blockColumns * SIDE;
    int rows = 2 * SIDE * (blocksOfUnit == 3 ? 4 : blocksOfUnit);
    this.mask = rows - 1;
    this.samples = new byte[Math.multiplyExact(stride, rows)];
  }

  /** Returns the index of a row's first sample. */
  int row(int y) {
    return (y & mask) * stride;
  }

  /**
   * Enlarges a row to the picture's size. As in libjpeg, the triangle filter enlarges a side of
   * half the length; other sides repeat samples.
   *
   * @param full plane that receives the row
   * @param y the row of the picture
   * @param across columns of the picture for each column of this plane
   * @param down rows of the picture for each row of this plane
   */
  void enlarge(JpegPlane full, int y, int across, int down) {
    int near = row(y / down);
    int to = full.row(y);
    if (across == 1 && down == 1) {
      System.arraycopy(samples, near, full.samples, to, width);
      return;
    }
    boolean wide = across == 2 && down <= 2 && width > 2;
    boolean high = down == 2 && (wide || across == 1);
    int neighbour = y % 2 == 0 ? y / down - 1 : y / down + 1;
    int far = high ? row(Math.max(0, Math.min(height - 1, neighbour))) : near;
    for (int x = 0; x < full.width; x++) {
      int value = sum(near, far, x / across, high);
      if (wide) {
        int other = Math.max(0, Math.min(width - 1, x % 2 == 0 ? x / 2 - 1 : x / 2 + 1));
        int half = x % 2 == 0 ? (high ? 8 : 1) : (high ? 7 : 2);
        value = (3 * value + sum(near, far, other, high) + half) >> (high ? 4 : 2);
      } else if (high) {
        value = (value + 1 + y % 2) >> 2;
      }
      full.samples[to + x] = (byte) value;
    }
  }

  private int sum(int near, int far, int x, boolean high) {
    int sample = samples[near + x] & 0xff;
    return high ? 3 * sample + (samples[far + x] & 0xff) : sample;
  }

  /** Stores a block whose only nonzero coefficient is the DC coefficient. */
  void flat(int row, int column, int coefficient) {
    byte value = (byte) Math.max(0, Math.min(255, ((coefficient + 4) >> 3) + 128));
    int to = row(row * SIDE) + column * SIDE;
    long eight = (value & 0xffL) * 0x0101010101010101L;
    for (int y = 0; y < SIDE; y++) {
      LONG.set(samples, to, eight);
      to += stride;
    }
  }

  /** Transforms a block and sets its coefficients to zero. This method is hot. */
  void transform(int row, int column, int[] block) {
    int[] between = columns;
    for (int x = 0; x < SIDE; x++) {
      int c0 = block[x];
      int c1 = block[SIDE + x];
      int c2 = block[2 * SIDE + x];
      int c3 = block[3 * SIDE + x];
      int c4 = block[4 * SIDE + x];
      int c5 = block[5 * SIDE + x];
      int c6 = block[6 * SIDE + x];
      int c7 = block[7 * SIDE + x];
      if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) == 0) {
        int value = c0 << EXTRA;
        for (int y = 0; y < SIDE; y++) {
          between[y * SIDE + x] = value;
        }
        continue;
      }
      int shared = (c2 + c6) * F_0_541;
      int e2 = shared - c6 * F_1_847;
      int e3 = shared + c2 * F_0_765;
      int sum = ((c0 + c4) << BITS) + COLUMN_HALF;
      int difference = ((c0 - c4) << BITS) + COLUMN_HALF;
      int even0 = sum + e3;
      int even1 = difference + e2;
      int even2 = difference - e2;
      int even3 = sum - e3;

      int z5 = (c7 + c3 + c5 + c1) * F_1_175;
      int z1 = (c7 + c1) * -F_0_899;
      int z2 = (c5 + c3) * -F_2_562;
      int z3 = (c7 + c3) * -F_1_961 + z5;
      int z4 = (c5 + c1) * -F_0_390 + z5;
      int odd3 = c7 * F_0_298 + z1 + z3;
      int odd2 = c5 * F_2_053 + z2 + z4;
      int odd1 = c3 * F_3_072 + z2 + z3;
      int odd0 = c1 * F_1_501 + z1 + z4;

      between[x] = (even0 + odd0) >> COLUMN_SHIFT;
      between[SIDE + x] = (even1 + odd1) >> COLUMN_SHIFT;
      between[2 * SIDE + x] = (even2 + odd2) >> COLUMN_SHIFT;
      between[3 * SIDE + x] = (even3 + odd3) >> COLUMN_SHIFT;
      between[4 * SIDE + x] = (even3 - odd3) >> COLUMN_SHIFT;
      between[5 * SIDE + x] = (even2 - odd2) >> COLUMN_SHIFT;
      between[6 * SIDE + x] = (even1 - odd1) >> COLUMN_SHIFT;
      between[7 * SIDE + x] = (even0 - odd0) >> COLUMN_SHIFT;
    }
    Arrays.fill(block, 0);
    int to = row(row * SIDE) + column * SIDE;
    for (int y = 0; y < SIDE * SIDE; y += SIDE) {
      int c0 = between[y];
      int c1 = between[y + 1];
      int c2 = between[y + 2];
      int c3 = between[y + 3];
      int c4 = between[y + 4];
      int c5 = between[y + 5];
      int c6 = between[y + 6];
      int c7 = between[y + 7];
      int shared = (c2 + c6) * F_0_541;
      int e2 = shared - c6 * F_1_847;
      int e3 = shared + c2 * F_0_765;
      int sum = ((c0 + c4) << BITS) + ROW_HALF;
      int difference = ((c0 - c4) << BITS) + ROW_HALF;
      int even0 = sum + e3;
      int even1 = difference + e2;
      int even2 = difference - e2;
      int even3 = sum - e3;

      int z5 = (c7 + c3 + c5 + c1) * F_1_175;
      int z1 = (c7 + c1) * -F_0_899;
      int z2 = (c5 + c3) * -F_2_562;
      int z3 = (c7 + c3) * -F_1_961 + z5;
      int z4 = (c5 + c1) * -F_0_390 + z5;
      int odd3 = c7 * F_0_298 + z1 + z3;
      int odd2 = c5 * F_2_053 + z2 + z4;
      int odd1 = c3 * F_3_072 + z2 + z3;
      int odd0 = c1 * F_1_501 + z1 + z4;

      int left =
          sample(even0 + odd0)
              | (sample(even1 + odd1) << 8)
              | (sample(even2 + odd2) << 16)
              | (sample(even3 + odd3) << 24);
      int right =
          sample(even3 - odd3)
              | (sample(even2 - odd2) << 8)
              | (sample(even1 - odd1) << 16)
              | (sample(even0 - odd0) << 24);
      LONG.set(samples, to, (left & 0xffffffffL) | ((long) right << 32));
      to += stride;
    }
  }

  private static int sample(int sum) {
    return Math.max(0, Math.min(255, sum >> ROW_SHIFT));
  }
}
