package org.resnext4j.vision.webp;

/**
 * The loop filter, which smooths the edges between blocks (RFC 6386, section 15).
 *
 * @param limit the largest step across the edge that the filter smooths
 * @param inner the largest step beside the edge
 * @param variance the largest step beside the edge at which the filter changes more samples than
 *     the two at the edge
 */
record Vp8LoopFilter(int limit, int inner, int variance) {

  /**
   * Smooths an edge between macroblocks.
   *
   * @param at the first sample after the edge
   * @param step from a sample to the next across the edge
   * @param along from a sample to the next along the edge
   */
  void block(byte[] s, int at, int step, int along, int length, boolean simple) {
    for (int i = 0; i < length; i++, at += along) {
      if (simple) {
        if (isStep(s, at, step)) {
          two(s, at, step);
        }
      } else if (isSmooth(s, at, step)) {
        if (varies(s, at, step)) {
          two(s, at, step);
        } else {
          six(s, at, step);
        }
      }
    }
  }

  /** Smooths an edge between subblocks. */
  void subblock(byte[] s, int at, int step, int along, int length, boolean simple) {
    for (int i = 0; i < length; i++, at += along) {
      if (simple) {
        if (isStep(s, at, step)) {
          two(s, at, step);
        }
      } else if (isSmooth(s, at, step)) {
        if (varies(s, at, step)) {
          two(s, at, step);
        } else {
          four(s, at, step);
        }
      }
    }
  }

  private static int difference(byte[] s, int a, int b) {
    return Math.abs((s[a] & 0xff) - (s[b] & 0xff));
  }

  private boolean isStep(byte[] s, int at, int step) {
    return 4 * difference(s, at - step, at) + difference(s, at - 2 * step, at + step) <= limit;
  }

  private boolean isSmooth(byte[] s, int at, int step) {
    return isStep(s, at, step)
        && difference(s, at - 4 * step, at - 3 * step) <= inner
        && difference(s, at - 3 * step, at - 2 * step) <= inner
        && difference(s, at - 2 * step, at - step) <= inner
        && difference(s, at + 3 * step, at + 2 * step) <= inner
        && difference(s, at + 2 * step, at + step) <= inner
        && difference(s, at + step, at) <= inner;
  }

  private boolean varies(byte[] s, int at, int step) {
    return difference(s, at - 2 * step, at - step) > variance
        || difference(s, at + step, at) > variance;
  }

  private static int clip(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }

  private static void add(byte[] s, int at, int change) {
    s[at] = (byte) clip((s[at] & 0xff) + change, 0, 255);
  }

  /** Returns three times the step across the edge. */
  private static int step(byte[] s, int at, int step) {
    return 3 * ((s[at] & 0xff) - (s[at - step] & 0xff));
  }

  private static int outer(byte[] s, int at, int step) {
    return clip((s[at - 2 * step] & 0xff) - (s[at + step] & 0xff), -128, 127);
  }

  private static void two(byte[] s, int at, int step) {
    int a = step(s, at, step) + outer(s, at, step);
    int after = clip((a + 4) >> 3, -16, 15);
    int before = clip((a + 3) >> 3, -16, 15);
    add(s, at - step, before);
    add(s, at, -after);
  }

  private static void four(byte[] s, int at, int step) {
    int a = step(s, at, step);
    int after = clip((a + 4) >> 3, -16, 15);
    int before = clip((a + 3) >> 3, -16, 15);
    int further = (after + 1) >> 1;
    add(s, at - 2 * step, further);
    add(s, at - step, before);
    add(s, at, -after);
    add(s, at + step, -further);
  }

  private static void six(byte[] s, int at, int step) {
    int a = clip(step(s, at, step) + outer(s, at, step), -128, 127);
    int near = (27 * a + 63) >> 7;
    int middle = (18 * a + 63) >> 7;
    int far = (9 * a + 63) >> 7;
    add(s, at - 3 * step, far);
    add(s, at - 2 * step, middle);
    add(s, at - step, near);
    add(s, at, -near);
    add(s, at + step, -middle);
    add(s, at + 2 * step, -far);
  }
}
