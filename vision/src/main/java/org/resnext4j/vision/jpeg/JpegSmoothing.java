package org.resnext4j.vision.jpeg;

import java.util.Arrays;

/**
 * Estimates low-frequency coefficients that the scans of a progressive file lack, from the DC
 * coefficients of the neighbouring blocks. This is the smoothing of T.81, K.8, with the window of
 * 5×5 blocks and the weights of libjpeg-turbo 2.1.
 */
final class JpegSmoothing {

  private static final int WINDOW = 5;

  /** The positions in a block of the first coefficients in zigzag order. */
  private static final int[] PLACES = {0, 1, 8, 16, 9, 2, 3, 10, 17, 24};

  private static final int[][] WITH_MEANS = {
    {
      -2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6,
      -2
    },
    {-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1},
    {-1, -3, -3, -3, -1, -1, 13, 38, 13, -1, 0, 0, 0, 0, 0, 1, -13, -38, -13, 1, 1, 3, 3, 3, 1},
    {0, 0, 1, 0, 0, 0, 2, 7, 2, 0, 0, -5, -14, -5, 0, 0, 2, 7, 2, 0, 0, 0, 1, 0, 0},
    {-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1},
    {0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, -3, 0, 3, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0, 0, 0, 0, 0, 0},
  };

  /**
   * The weights for files with some known AC coefficients. The decoder then does not estimate DC
   * and the last four coefficients.
   */
  private static final int[][] WITHOUT_MEANS = {
    {},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, -7, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 7, 0, 0},
    {0, 0, -1, 0, 0, 0, 0, 13, 0, 0, 0, 0, -24, 0, 0, 0, 0, 13, 0, 0, 0, 0, -1, 0, 0},
    {0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
  };

  private static final int[] NOTHING_KNOWN = new int[JpegComponent.ESTIMATED];

  static {
    Arrays.fill(NOTHING_KNOWN, JpegComponent.UNKNOWN);
  }

  private final boolean useful;
  private final boolean firstScan;
  private final int units;
  private final int lastGood;
  private final long[] means = new long[WINDOW * WINDOW];

  /**
   * Decides whether the file lacks coefficients that can be estimated.
   *
   * @param scans number of scans of the file
   * @param units rows of MCUs in the file
   * @param lastGood the last row of MCUs for which the last scan had data
   */
  JpegSmoothing(
      boolean progressive, JpegComponent[] components, int scans, int units, int lastGood) {
    this.firstScan = scans <= 1;
    this.units = units;
    this.lastGood = lastGood;
    boolean some = false;
    boolean possible = progressive;
    for (JpegComponent component : components) {
      possible &= component.precision[0] >= 0 && component.scanned;
      for (int k = 0; possible && k < JpegComponent.ESTIMATED; k++) {
        possible = component.steps[k] != 0;
        some |= k > 0 && component.precision[k] != 0;
      }
    }
    this.useful = possible && some;
  }

  /** Estimates the missing coefficients in a copy of a quantised block. */
  void complete(JpegComponent component, int row, int column, int[] block) {
    if (!useful) {
      return;
    }
    int unit = row / component.down;
    int[] precision = precision(component, unit);
    boolean nothingKnown = true;
    for (int k = 1; k < JpegComponent.ESTIMATED; k++) {
      nothingKnown &= precision[k] == JpegComponent.UNKNOWN;
    }
    gather(component, row, column);
    int[][] kernels = nothingKnown ? WITH_MEANS : WITHOUT_MEANS;
    int[] steps = component.steps;
    for (int k = 1; k < kernels.length; k++) {
      int place = PLACES[k];
      if (precision[k] == 0 || block[place] != 0) {
        continue;
      }
      long sum = steps[0] * weighted(kernels[k]);
      long estimate = rounded(sum, steps[k]);
      if (precision[k] > 0) {
        estimate = Math.min(estimate, (1L << precision[k]) - 1);
      }
      block[place] = (short) (sum < 0 ? -estimate : estimate);
    }
    if (nothingKnown) {
      long sum = steps[0] * weighted(kernels[0]);
      long estimate = rounded(sum, steps[0]);
      block[0] = (short) (sum < 0 ? -estimate : estimate);
    }
  }

  /**
   * Returns the precision of the coefficients in a row of MCUs. The data of the last scan may end
   * above this row.
   */
  private int[] precision(JpegComponent component, int unit) {
    if (unit <= lastGood) {
      return component.precision;
    }
    return firstScan ? NOTHING_KNOWN : component.precisionBefore;
  }

  private static long rounded(long sum, int step) {
    return (((long) step << 7) + Math.abs(sum)) / ((long) step << 8);
  }

  private long weighted(int[] kernel) {
    long sum = 0;
    for (int i = 0; i < means.length; i++) {
      sum += kernel[i] * means[i];
    }
    return sum;
  }

  /**
   * Gathers the DC coefficients of the neighbouring blocks. Beyond the picture, the blocks of the
   * border repeat.
   */
  private void gather(JpegComponent component, int row, int column) {
    int unit = row / component.down;
    int within = row % component.down;
    int height = component.down;
    if (unit == units - 1 && component.rows % component.down != 0) {
      height = component.rows % component.down;
    }
    // Libjpeg-turbo 2.1 uses the second row above or below only if it is in the same MCU or not in
    // the first or last row of MCUs.
    int before = row > 0 ? row - 1 : row;
    int after = within < height - 1 || unit < units - 1 ? row + 1 : row;
    int[] rows = {
      within > 1 || unit > 1 ? row - 2 : before,
      before,
      row,
      after,
      within < height - 2 || unit + 1 < units - 1 ? row + 2 : after
    };
    for (int y = 0; y < WINDOW; y++) {
      for (int x = 0; x < WINDOW; x++) {
        int at = Math.max(0, column + x - 2);
        if (at >= component.columns) {
          // libjpeg-turbo 2.1 repeats the first column of components two blocks wide.
          at = component.columns == 2 ? 0 : component.columns - 1;
        }
        means[y * WINDOW + x] = component.coefficients[component.block(rows[y], at)];
      }
    }
  }
}
