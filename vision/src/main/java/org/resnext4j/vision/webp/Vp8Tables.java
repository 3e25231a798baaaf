package org.resnext4j.vision.webp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The constants of the VP8 format, read once from a resource. */
final class Vp8Tables {

  /** The only instance. No code writes to its arrays. */
  static final Vp8Tables INSTANCE = new Vp8Tables();

  /** {@code [mode above][mode to the left][9]} */
  final int[][][] subblockModes = new int[10][10][9];

  /** {@code [4 block types × 8 bands × 3 contexts × 11]} */
  final int[] coefficientUpdates = new int[4 * 8 * 3 * 11];

  /** {@code [4 block types × 8 bands × 3 contexts × 11]} */
  final int[] coefficients = new int[4 * 8 * 3 * 11];

  final int[] dcSteps = new int[128];
  final int[] acSteps = new int[128];

  private Vp8Tables() {
    int[] all;
    try (InputStream stream = Vp8Tables.class.getResourceAsStream("vp8.txt")) {
      all =
          new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .flatMap(line -> Arrays.stream(line.split(" ", -1)))
              .mapToInt(Integer::parseInt)
              .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int at = 0;
    for (int[][] above : subblockModes) {
      for (int[] left : above) {
        at = take(all, at, left);
      }
    }
    for (int[] table : new int[][] {coefficientUpdates, coefficients, dcSteps, acSteps}) {
      at = take(all, at, table);
    }
    if (at != all.length) {
      throw new IllegalStateException("vp8.txt holds " + all.length + " numbers, not " + at);
    }
  }

  private static int take(int[] all, int at, int[] table) {
    System.arraycopy(all, at, table, 0, table.length);
    return at + table.length;
  }
}
