package org.resnext4j.vision.webp;

import java.util.Arrays;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes the key frame of a lossy WebP file (VP8, RFC 6386) to libwebp's pixels, with the loop
 * filter applied and the chrominance planes interpolated.
 *
 * <p>TwelveMonkeys 3.15 copies each block before the loop filter of its neighbours has changed the
 * block, and repeats chrominance samples. Its pixels differ from libwebp's by up to 60 levels.
 */
public final class Vp8Decoder {

  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  /** The macroblock mode in which each of the 16 subblocks has a mode of its own (B_PRED). */
  private static final int SUBBLOCKS = 4;

  private static final int SEGMENTS = 4;

  /**
   * The tree of subblock modes: a positive entry is the next pair's index, another entry is -mode.
   */
  private static final int[] SUBBLOCK_TREE = {
    0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9
  };

  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

  /** Probabilities of the extra bits of large coefficients, categories 3 to 6. */
  private static final int[][] EXTRA_BITS = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129},
  };

  /**
   * Quantisation steps of a segment: DC and AC of luminance, of the block of luminance's DC
   * coefficients, and of chrominance.
   */
  private record Steps(
      int lumaDc, int lumaAc, int secondDc, int secondAc, int colourDc, int colourAc) {}

  private final ImageFile file;
  private final int width;
  private final int height;
  private final int columns;
  private final int rows;
  private final Vp8Plane luma;
  private final Vp8Plane blue;
  private final Vp8Plane red;

  private final BoolDecoder header;
  private final BoolDecoder[] partitions;

  private boolean segmented;
  private boolean segmentMap;
  private boolean absolute;
  private final int[] segmentQuantizer = new int[SEGMENTS];
  private final int[] segmentFilter = new int[SEGMENTS];
  private final int[] segmentProbabilities = {255, 255, 255};

  private boolean simpleFilter;
  private int filterLevel;
  private int sharpness;
  private int keyFrameDelta;
  private int subblocksDelta;
  private final Steps[] steps = new Steps[SEGMENTS];
  private final int[] probabilities = Vp8Tables.INSTANCE.coefficients.clone();
  private int skipProbability;
  private boolean skipping;

  // Contexts from the macroblocks above and to the left: subblock modes, and whether each of their
  // nine blocks of coefficients is nonzero (4 of luminance, 2 + 2 of chrominance, 1 of luminance's
  // DC coefficients).
  private final int[] modesAbove;
  private final int[] modesLeft = new int[4];
  private final int[][] filledAbove;
  private final int[] filledLeft = new int[9];

  private final byte[] filterLevels;
  private final boolean[] filterInside;

  private final int[] coefficients = new int[25 * 16];
  private final int[] subblockModes = new int[16];

  private Vp8Decoder(ImageFile file, WebpHeader webp) throws ImageException {
    this.file = file;
    int at = webp.data();
    int tag = file.u24Little(at);
    if ((tag & 1) != 0 || file.u24Little(at + 3L) != 0x2a019d) {
      throw file.damaged("its first frame is no key frame");
    }
    width = file.u16Little(at + 6L) & 0x3fff;
    height = file.u16Little(at + 8L) & 0x3fff;
    if (width < 1 || height < 1) {
      throw file.damaged("its frame has %d×%d pixels".formatted(width, height));
    }
    columns = (width + 15) / 16;
    rows = (height + 15) / 16;
    luma = new Vp8Plane(rows * 16, columns * 16);
    blue = new Vp8Plane(rows * 8, columns * 8);
    red = new Vp8Plane(rows * 8, columns * 8);
    modesAbove = new int[columns * 4];
    filledAbove = new int[columns][9];
    filterLevels = new byte[rows * columns];
    filterInside = new boolean[rows * columns];
    int end = at + webp.length();
    int first = tag >>> 5;
    int start = at + 10;
    if (first > end - start) {
      throw file.damaged("its data end early");
    }
    header = new BoolDecoder(file, start, first);
    partitions = new BoolDecoder[1 << readHeader()];
    readQuantizersAndProbabilities();
    locatePartitions(start + first, end);
  }

  /** Decodes the frame. */
  public static Image decode(ImageFile file, WebpHeader webp) throws ImageException {
    Vp8Decoder decoder = new Vp8Decoder(file, webp);
    decoder.readBlocks();
    if (decoder.filterLevel > 0) {
      decoder.filter();
    }
    return Vp8Colours.image(decoder.height, decoder.width, decoder.luma, decoder.blue, decoder.red);
  }

  /**
   * Reads the frame header up to the number of partitions and returns the logarithm of that number.
   */
  private int readHeader() throws ImageException {
    header.number(
        2); // Colour space and clamping type, which do not change the pixels of a key frame.
    segmented = header.flag();
    if (segmented) {
      segmentMap = header.flag();
      if (header.flag()) {
        absolute = header.flag();
        for (int i = 0; i < SEGMENTS; i++) {
          segmentQuantizer[i] = header.optional(7);
        }
        for (int i = 0; i < SEGMENTS; i++) {
          segmentFilter[i] = header.optional(6);
        }
      }
      for (int i = 0; segmentMap && i < segmentProbabilities.length; i++) {
        segmentProbabilities[i] = header.flag() ? header.number(8) : 255;
      }
    }
    simpleFilter = header.flag();
    filterLevel = header.number(6);
    sharpness = header.number(3);
    boolean adjusted = header.flag();
    if (adjusted && header.flag()) {
      int[] deltas = new int[8];
      for (int i = 0; i < deltas.length; i++) {
        deltas[i] = header.optional(6);
      }
      keyFrameDelta = deltas[0];
      subblocksDelta = deltas[4];
    }
    return header.number(2);
  }

  private void readQuantizersAndProbabilities() throws ImageException {
    int base = header.number(7);
    int lumaDc = header.optional(4);
    int secondDc = header.optional(4);
    int secondAc = header.optional(4);
    int colourDc = header.optional(4);
    int colourAc = header.optional(4);
    int[] dc = Vp8Tables.INSTANCE.dcSteps;
    int[] ac = Vp8Tables.INSTANCE.acSteps;
    for (int i = 0; i < SEGMENTS; i++) {
      int q = segmentQuantizer[i] + (segmented && absolute ? 0 : base);
      steps[i] =
          new Steps(
              dc[clip(q + lumaDc, 127)],
              ac[clip(q, 127)],
              2 * dc[clip(q + secondDc, 127)],
              Math.max(8, ac[clip(q + secondAc, 127)] * 155 / 100),
              dc[clip(q + colourDc, 117)],
              ac[clip(q + colourAc, 127)]);
    }
    header.flag(); // This flag tells whether later frames use these probabilities.
    for (int i = 0; i < probabilities.length; i++) {
      if (header.bit(Vp8Tables.INSTANCE.coefficientUpdates[i]) == 1) {
        probabilities[i] = header.number(8);
      }
    }
    skipping = header.flag();
    skipProbability = skipping ? header.number(8) : 0;
  }

  private static int clip(int value, int most) {
    return Math.max(0, Math.min(most, value));
  }

  private void locatePartitions(int start, int end) throws ImageException {
    int last = partitions.length - 1;
    long at = start + 3L * last;
    for (int i = 0; i <= last; i++) {
      long length = i < last ? file.u24Little(start + 3L * i) : end - at;
      if (length < 0 || at + length > end) {
        throw file.damaged("its data end early");
      }
      partitions[i] = new BoolDecoder(file, (int) at, (int) length);
      at += length;
    }
  }

  private void readBlocks() throws ImageException {
    for (int row = 0; row < rows; row++) {
      BoolDecoder tokens = partitions[row & (partitions.length - 1)];
      Arrays.fill(modesLeft, DC);
      Arrays.fill(filledLeft, 0);
      for (int column = 0; column < columns; column++) {
        readBlock(row, column, tokens);
      }
    }
  }

  private void readBlock(int row, int column, BoolDecoder tokens) throws ImageException {
    int segment = 0;
    if (segmentMap) {
      segment =
          header.bit(segmentProbabilities[0]) == 0
              ? header.bit(segmentProbabilities[1])
              : 2 + header.bit(segmentProbabilities[2]);
    }
    boolean empty = skipping && header.bit(skipProbability) == 1;
    int mode = readModes(column);
    int colourMode = DC;
    if (header.bit(142) == 1) {
      colourMode =
          header.bit(114) == 0 ? VERTICAL : header.bit(183) == 0 ? HORIZONTAL : TRUE_MOTION;
    }
    Arrays.fill(coefficients, 0);
    if (empty) {
      // A macroblock without a DC block leaves the context of the DC block unchanged.
      int flags = mode == SUBBLOCKS ? 8 : 9;
      Arrays.fill(filledAbove[column], 0, flags, 0);
      Arrays.fill(filledLeft, 0, flags, 0);
    } else {
      empty = !readCoefficients(column, mode, steps[segment], tokens);
    }
    filterInside[row * columns + column] = mode == SUBBLOCKS || !empty;
    filterLevels[row * columns + column] = (byte) level(segment, mode);
    reconstruct(row, column, mode, colourMode);
  }

  private int readModes(int column) throws ImageException {
    if (header.bit(145) == 1) {
      int mode;
      if (header.bit(156) == 0) {
        mode = header.bit(163) == 0 ? DC : VERTICAL;
      } else {
        mode = header.bit(128) == 0 ? HORIZONTAL : TRUE_MOTION;
      }
      Arrays.fill(modesLeft, mode);
      Arrays.fill(modesAbove, 4 * column, 4 * column + 4, mode);
      return mode;
    }
    for (int i = 0; i < 16; i++) {
      int above = 4 * column + i % 4;
      int[] tree = Vp8Tables.INSTANCE.subblockModes[modesAbove[above]][modesLeft[i / 4]];
      int node = 0;
      do {
        node = SUBBLOCK_TREE[node + header.bit(tree[node / 2])];
      } while (node > 0);
      subblockModes[i] = -node;
      modesAbove[above] = -node;
      modesLeft[i / 4] = -node;
    }
    return SUBBLOCKS;
  }

  /** Reads a macroblock's coefficients. Returns false if all are zero. */
  private boolean readCoefficients(int column, int mode, Steps step, BoolDecoder tokens)
      throws ImageException {
    int[] above = filledAbove[column];
    int[] left = filledLeft;
    int first = 0;
    int type = 3;
    boolean some = false;
    if (mode != SUBBLOCKS) {
      int last = read(tokens, 1, above[8] + left[8], 0, step.secondDc(), step.secondAc(), 24 * 16);
      above[8] = left[8] = last > 0 ? 1 : 0;
      spreadSecond();
      first = 1;
      type = 0;
    }
    for (int i = 0; i < 16; i++) {
      int last =
          read(
              tokens,
              type,
              above[i % 4] + left[i / 4],
              first,
              step.lumaDc(),
              step.lumaAc(),
              16 * i);
      above[i % 4] = left[i / 4] = last > first ? 1 : 0;
      some |= last > 1 || coefficients[16 * i] != 0;
    }
    for (int i = 16; i < 24; i++) {
      int x = (i < 20 ? 4 : 6) + i % 2;
      int y = (i < 20 ? 4 : 6) + i / 2 % 2;
      int last = read(tokens, 2, above[x] + left[y], 0, step.colourDc(), step.colourAc(), 16 * i);
      above[x] = left[y] = last > 0 ? 1 : 0;
      some |= last > 0;
    }
    return some;
  }

  /**
   * Reads one block of coefficients.
   *
   * @return the index after the last coded coefficient
   */
  private int read(
      BoolDecoder tokens, int type, int context, int first, int dcStep, int acStep, int to)
      throws ImageException {
    int[] p = probabilities;
    int at = ((type * 8 + BANDS[first]) * 3 + context) * 11;
    int n = first;
    while (tokens.bit(p[at]) == 1) {
      while (tokens.bit(p[at + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        at = (type * 8 + BANDS[n]) * 33;
      }
      int value = 1;
      int next = 1;
      if (tokens.bit(p[at + 2]) == 1) {
        value = large(tokens, at);
        next = 2;
      }
      value = tokens.flag() ? -value : value;
      coefficients[to + ZIGZAG[n]] = value * (n == 0 ? dcStep : acStep);
      n++;
      if (n == 16) {
        return 16;
      }
      at = ((type * 8 + BANDS[n]) * 3 + next) * 11;
    }
    return n;
  }

  private int large(BoolDecoder tokens, int at) throws ImageException {
    int[] p = probabilities;
    if (tokens.bit(p[at + 3]) == 0) {
      return tokens.bit(p[at + 4]) == 0 ? 2 : 3 + tokens.bit(p[at + 5]);
    }
    if (tokens.bit(p[at + 6]) == 0) {
      if (tokens.bit(p[at + 7]) == 0) {
        return 5 + tokens.bit(159);
      }
      int high = tokens.bit(165);
      return 7 + 2 * high + tokens.bit(145);
    }
    int high = tokens.bit(p[at + 8]);
    int category = 2 * high + tokens.bit(p[at + 9 + high]);
    int extra = 0;
    for (int probability : EXTRA_BITS[category]) {
      extra = 2 * extra + tokens.bit(probability);
    }
    return 3 + (8 << category) + extra;
  }

  /**
   * Computes the blocks' DC coefficients by the inverse Walsh-Hadamard transform (RFC 6386, 14.3).
   */
  private void spreadSecond() {
    int[] c = coefficients;
    int s = 24 * 16;
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = c[s + i] + c[s + 12 + i];
      int b = c[s + 4 + i] + c[s + 8 + i];
      int d = c[s + 4 + i] - c[s + 8 + i];
      int e = c[s + i] - c[s + 12 + i];
      t[i] = a + b;
      t[8 + i] = a - b;
      t[4 + i] = e + d;
      t[12 + i] = e - d;
    }
    for (int i = 0; i < 4; i++) {
      int dc = t[4 * i] + 3;
      int a = dc + t[4 * i + 3];
      int b = t[4 * i + 1] + t[4 * i + 2];
      int d = t[4 * i + 1] - t[4 * i + 2];
      int e = dc - t[4 * i + 3];
      c[64 * i] = (a + b) >> 3;
      c[64 * i + 16] = (e + d) >> 3;
      c[64 * i + 32] = (a - b) >> 3;
      c[64 * i + 48] = (e - d) >> 3;
    }
  }

  private void reconstruct(int row, int column, int mode, int colourMode) {
    int y = row * 16;
    int x = column * 16;
    if (mode == SUBBLOCKS) {
      continueRowAbove(row, column);
      int aboveRight = luma.at(y - 1, x + 16);
      for (int i = 0; i < 16; i++) {
        int at = luma.at(y + i / 4 * 4, x + i % 4 * 4);
        // The last column of subblocks continues the row above with the macroblock above to the
        // right.
        luma.predictSubblock(subblockModes[i], at, i % 4 == 3 ? aboveRight : at - luma.stride + 4);
        luma.add(coefficients, 16 * i, at);
      }
    } else {
      luma.predict(mode, y, x, 16);
      for (int i = 0; i < 16; i++) {
        luma.add(coefficients, 16 * i, luma.at(y + i / 4 * 4, x + i % 4 * 4));
      }
    }
    for (int i = 0; i < 8; i++) {
      Vp8Plane plane = i < 4 ? blue : red;
      if (i % 4 == 0) {
        plane.predict(colourMode, row * 8, column * 8, 8);
      }
      plane.add(
          coefficients, 16 * (16 + i), plane.at(row * 8 + i / 2 % 2 * 4, column * 8 + i % 2 * 4));
    }
  }

  /**
   * Continues the row above the last macroblock beyond the right end, by repeating the last sample.
   */
  private void continueRowAbove(int row, int column) {
    if (row > 0 && column == columns - 1) {
      int at = luma.at(row * 16 - 1, columns * 16);
      Arrays.fill(luma.samples, at, at + 4, luma.samples[at - 1]);
    }
  }

  private int level(int segment, int mode) {
    int level = segmentFilter[segment] + (segmented && absolute ? 0 : filterLevel);
    level += keyFrameDelta + (mode == SUBBLOCKS ? subblocksDelta : 0);
    return clip(level, 63);
  }

  private void filter() {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int level = filterLevels[row * columns + column];
        if (level > 0) {
          boolean inside = filterInside[row * columns + column];
          filterBlock(row, column, level, inside);
        }
      }
    }
  }

  private void filterBlock(int row, int column, int level, boolean inside) {
    int inner = level;
    if (sharpness > 0) {
      inner = Math.min(inner >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
    }
    inner = Math.max(1, inner);
    int limit = 2 * level + inner;
    int variance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    Vp8LoopFilter edge = new Vp8LoopFilter(2 * (limit + 4) + 1, inner, variance);
    Vp8LoopFilter within = new Vp8LoopFilter(2 * limit + 1, inner, variance);
    int at = luma.at(row * 16, column * 16);
    int colour = blue.at(row * 8, column * 8);
    for (boolean across : new boolean[] {true, false}) {
      int step = across ? 1 : luma.stride;
      int along = across ? luma.stride : 1;
      boolean atBorder = (across ? column : row) == 0;
      if (!atBorder) {
        edge.block(luma.samples, at, step, along, 16, simpleFilter);
      }
      for (int k = 4; inside && k < 16; k += 4) {
        within.subblock(luma.samples, at + k * step, step, along, 16, simpleFilter);
      }
      if (!simpleFilter) {
        int colourStep = across ? 1 : blue.stride;
        int colourAlong = across ? blue.stride : 1;
        for (Vp8Plane plane : new Vp8Plane[] {blue, red}) {
          if (!atBorder) {
            edge.block(plane.samples, colour, colourStep, colourAlong, 8, false);
          }
          if (inside) {
            within.subblock(
                plane.samples, colour + 4 * colourStep, colourStep, colourAlong, 8, false);
          }
        }
      }
    }
  }
}
