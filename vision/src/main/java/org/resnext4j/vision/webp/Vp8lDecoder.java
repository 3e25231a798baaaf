package org.resnext4j.vision.webp;

import java.util.Arrays;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes a lossless WebP picture (VP8L, RFC 9649, section 3) and drops its alpha.
 *
 * <p>TwelveMonkeys 3.15 fails on packed palettes with a predictor and refuses small files of large
 * flat pictures.
 */
@SuppressWarnings("EnumOrdinal") // The format numbers the transforms.
public final class Vp8lDecoder {

  private static final int SIGNATURE = 0x2f;
  private static final int GREEN = 0xff00;
  private static final int MOST_CACHE_BITS = 11;
  private static final int MOST_GROUPS = 1 << 16;

  /**
   * The distance codes 1 to 120 (RFC 9649, section 3.6.2.2): rows up in the high byte, columns to
   * the left plus 8 in the low byte.
   */
  private static final int[] NEAR = near();

  /** The transforms, in the order of their numbers in the file. */
  private enum Kind {
    PREDICTOR,
    COLOUR,
    GREEN,
    PALETTE
  }

  @SuppressWarnings("ArrayRecordComponent") // A buffer: nothing compares the records.
  private record Transform(Kind kind, int bits, int width, int[] data) {}

  private final ImageFile file;
  private final int end;
  private int at;
  private long bits;
  private int held;
  private int beyond;

  private Vp8lDecoder(ImageFile file, int start, int length) {
    this.file = file;
    this.at = start;
    this.end = start + length;
  }

  /** Decodes the picture. */
  public static Image decode(ImageFile file, WebpHeader webp) throws ImageException {
    return new Vp8lDecoder(file, webp.data(), webp.length()).picture();
  }

  /** Returns the nearest pixels in the order of their distance, as in the format's list. */
  private static int[] near() {
    int[][] order = new int[120][];
    int count = 0;
    for (int y = 0; y <= 7; y++) {
      for (int x = -7; x <= 8; x++) {
        if (y > 0 || x > 0) {
          order[count++] = new int[] {x, y};
        }
      }
    }
    Integer[] sorted = new Integer[count];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(
        sorted,
        (a, b) -> {
          int[] p = order[a];
          int[] q = order[b];
          int byDistance = Integer.compare(p[0] * p[0] + p[1] * p[1], q[0] * q[0] + q[1] * q[1]);
          if (byDistance != 0) {
            return byDistance;
          }
          int byColumn = Integer.compare(Math.abs(p[0]), Math.abs(q[0]));
          return byColumn != 0 ? byColumn : Integer.compare(q[0], p[0]);
        });
    int[] near = new int[count];
    for (int i = 0; i < count; i++) {
      near[i] = order[sorted[i]][1] << 8 | (order[sorted[i]][0] + 8);
    }
    return near;
  }

  private int read(int count) throws ImageException {
    while (held < count) {
      int next = 0;
      if (at < end) {
        next = file.u8(at);
      } else if (++beyond > Long.BYTES) {
        throw file.endsEarly();
      }
      at++;
      bits |= (long) next << held;
      held += 8;
    }
    int value = (int) (bits & ((1L << count) - 1));
    bits >>>= count;
    held -= count;
    return value;
  }

  private ImageException damaged() {
    return file.damaged("its lossless data are damaged");
  }

  private Image picture() throws ImageException {
    if (read(8) != SIGNATURE) {
      throw damaged();
    }
    int width = read(14) + 1;
    int height = read(14) + 1;
    read(1); // This bit tells whether the picture uses alpha.
    if (read(3) != 0) {
      throw damaged();
    }
    Transform[] transforms = new Transform[Kind.values().length];
    int count = 0;
    int stored = width;
    int seen = 0;
    while (read(1) == 1) {
      Kind kind = Kind.values()[read(2)];
      if ((seen & (1 << kind.ordinal())) != 0) {
        throw damaged();
      }
      seen |= 1 << kind.ordinal();
      transforms[count++] = transform(kind, stored, height);
      if (kind == Kind.PALETTE) {
        stored = blocks(stored, transforms[count - 1].bits());
      }
    }
    int[] pixels = pixels(stored, height, true);
    if (beyond > 0 && 8 * beyond > held) {
      throw file.endsEarly();
    }
    while (count > 0) {
      pixels = undo(transforms[--count], pixels, height);
    }
    Image image = Image.black(height, width);
    byte[] rgb = image.rgb();
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return image;
  }

  private static int blocks(int size, int bits) {
    return (size + (1 << bits) - 1) >> bits;
  }

  private Transform transform(Kind kind, int width, int height) throws ImageException {
    return switch (kind) {
      case PREDICTOR, COLOUR -> {
        int size = read(3) + 2;
        int[] data = pixels(blocks(width, size), blocks(height, size), false);
        yield new Transform(kind, size, width, data);
      }
      case GREEN -> new Transform(kind, 0, width, new int[0]);
      case PALETTE -> {
        int colours = read(8) + 1;
        int[] differences = pixels(colours, 1, false);
        int[] palette = new int[256];
        palette[0] = differences[0];
        for (int i = 1; i < colours; i++) {
          palette[i] = add(palette[i - 1], differences[i]);
        }
        int packed = colours <= 2 ? 3 : colours <= 4 ? 2 : colours <= 16 ? 1 : 0;
        yield new Transform(kind, packed, width, palette);
      }
    };
  }

  private int[] pixels(int width, int height, boolean main) throws ImageException {
    int cacheBits = read(1) == 1 ? read(4) : 0;
    if (cacheBits > MOST_CACHE_BITS) {
      throw damaged();
    }
    int[] groups = new int[0];
    int groupBits = 0;
    int groupCount = 1;
    if (main && read(1) == 1) {
      groupBits = read(3) + 2;
      groups = pixels(blocks(width, groupBits), blocks(height, groupBits), false);
      for (int i = 0; i < groups.length; i++) {
        groups[i] = groups[i] >> 8 & 0xffff;
        groupCount = Math.max(groupCount, groups[i] + 1);
      }
    }
    // The decoder reads the codes of groups that no pixel uses, and drops them.
    boolean[] used = new boolean[MOST_GROUPS];
    used[0] = groups.length == 0;
    for (int group : groups) {
      used[group] = true;
    }
    int[] lengths = {256 + 24 + (cacheBits > 0 ? 1 << cacheBits : 0), 256, 256, 256, 40};
    Vp8lCode[][] codes = new Vp8lCode[groupCount][];
    for (int i = 0; i < groupCount; i++) {
      Vp8lCode[] group = new Vp8lCode[lengths.length];
      for (int j = 0; j < lengths.length; j++) {
        group[j] = code(lengths[j]);
      }
      codes[i] = used[i] ? group : null;
    }
    int[] pixels = new int[Math.multiplyExact(width, height)];
    int[] cache = new int[1 << cacheBits];
    int cached = 0;
    int to = 0;
    int x = 0;
    int y = 0;
    int columns = blocks(width, groupBits);
    while (to < pixels.length) {
      Vp8lCode[] group =
          codes[groups.length == 0 ? 0 : groups[(y >> groupBits) * columns + (x >> groupBits)]];
      int symbol = symbol(group[0]);
      int length = 1;
      if (symbol < 256) {
        int red = symbol(group[1]);
        int blue = symbol(group[2]);
        pixels[to++] = symbol(group[3]) << 24 | red << 16 | symbol << 8 | blue;
      } else if (symbol < 256 + 24) {
        length = extended(symbol - 256);
        int distance = distance(extended(symbol(group[4])), width);
        if (distance > to || length > pixels.length - to) {
          throw damaged();
        }
        for (int i = 0; i < length; i++, to++) {
          pixels[to] = pixels[to - distance];
        }
      } else {
        while (cached < to) {
          cache[(0x1e35a7bd * pixels[cached]) >>> (32 - cacheBits)] = pixels[cached++];
        }
        pixels[to++] = cache[symbol - 256 - 24];
      }
      x += length;
      y += x / width;
      x %= width;
    }
    return pixels;
  }

  private int extended(int symbol) throws ImageException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = (symbol - 2) >> 1;
    return ((2 + (symbol & 1)) << extra) + read(extra) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEAR.length) {
      return code - NEAR.length;
    }
    int near = NEAR[code - 1];
    return Math.max(1, (near >> 8) * width + (near & 0xff) - 8);
  }

  private int symbol(Vp8lCode code) throws ImageException {
    int found = 0;
    int first = 0;
    int index = 0;
    if (code.single()) {
      return code.symbols()[0];
    }
    for (int length = 1; length < code.counts().length; length++) {
      found |= read(1);
      int count = code.counts()[length];
      if (found - first < count) {
        return code.symbols()[index + found - first];
      }
      index += count;
      first = (first + count) << 1;
      found <<= 1;
    }
    throw damaged();
  }

  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private Vp8lCode code(int size) throws ImageException {
    int[] lengths = new int[size];
    if (read(1) == 1) {
      int two = read(1);
      int first = read(read(1) == 1 ? 8 : 1);
      int second = two == 1 ? read(8) : first;
      if (first >= size || second >= size) {
        throw damaged();
      }
      lengths[first] = 1;
      lengths[second] = 1;
      return made(lengths);
    }
    int[] lengthLengths = new int[LENGTH_ORDER.length];
    int given = read(4) + 4;
    for (int i = 0; i < given; i++) {
      lengthLengths[LENGTH_ORDER[i]] = read(3);
    }
    Vp8lCode code = made(lengthLengths);
    int left = size;
    if (read(1) == 1) {
      left = 2 + read(2 + 2 * read(3));
      if (left > size) {
        throw damaged();
      }
    }
    int before = 8;
    int i = 0;
    while (i < size && left-- > 0) {
      int length = symbol(code);
      if (length < 16) {
        lengths[i++] = length;
        before = length == 0 ? before : length;
        continue;
      }
      int repeats = length == 16 ? 3 + read(2) : length == 17 ? 3 + read(3) : 11 + read(7);
      if (repeats > size - i) {
        throw damaged();
      }
      Arrays.fill(lengths, i, i + repeats, length == 16 ? before : 0);
      i += repeats;
    }
    return made(lengths);
  }

  private Vp8lCode made(int[] lengths) throws ImageException {
    return Vp8lCode.of(lengths).orElseThrow(this::damaged);
  }

  private static int[] undo(Transform transform, int[] pixels, int height) {
    switch (transform.kind()) {
      case PREDICTOR ->
          Vp8lPrediction.undo(
              pixels, transform.width(), height, transform.bits(), transform.data());
      case COLOUR -> colour(transform, pixels, height);
      case GREEN -> {
        for (int i = 0; i < pixels.length; i++) {
          int green = pixels[i] >> 8 & 0xff;
          pixels[i] = add(pixels[i], green << 16 | green);
        }
      }
      case PALETTE -> {
        return palette(transform, pixels, height);
      }
    }
    return pixels;
  }

  private static void colour(Transform transform, int[] pixels, int height) {
    int columns = blocks(transform.width(), transform.bits());
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < transform.width(); x++, i++) {
        int factors = transform.data()[(y >> transform.bits()) * columns + (x >> transform.bits())];
        int pixel = pixels[i];
        byte green = (byte) (pixel >> 8);
        int red = ((pixel >> 16) + (((byte) factors * green) >> 5)) & 0xff;
        int blue = pixel + (((byte) (factors >> 8) * green) >> 5);
        blue = (blue + (((byte) (factors >> 16) * (byte) red) >> 5)) & 0xff;
        pixels[i] = (pixel & 0xff00ff00) | (red << 16) | blue;
      }
    }
  }

  private static int[] palette(Transform transform, int[] pixels, int height) {
    int width = transform.width();
    int[] out = new int[width * height];
    int packed = blocks(width, transform.bits());
    int depth = 8 >> transform.bits();
    int mask = (1 << depth) - 1;
    int within = (1 << transform.bits()) - 1;
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int indices = (pixels[y * packed + (x >> transform.bits())] & GREEN) >> 8;
        out[i] = transform.data()[(indices >> ((x & within) * depth)) & mask];
      }
    }
    return out;
  }

  /** Adds two pixels sample by sample. */
  static int add(int a, int b) {
    return ((a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00)
        | ((a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff);
  }
}
