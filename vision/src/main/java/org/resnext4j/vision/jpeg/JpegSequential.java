package org.resnext4j.vision.jpeg;

import java.util.Optional;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes the kind of JPEG files that nearly all photographs have: one sequential scan with Huffman
 * codes (baseline and extended, T.81, F.2), samples of 8 bits, and one or three components, the
 * second and third at full or half size in each direction.
 *
 * <p>This fast path decodes only files without any damage. {@link JpegScans} decodes all other
 * files, and decides whether it accepts a damaged file.
 */
final class JpegSequential {

  private static final int SIDE = 8;
  private static final int TABLES = 4;
  private static final int LARGEST_DC = 11;
  private static final int LARGEST_AC = 10;

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int FIRST_RESTART = 0xd0;

  private final ImageFile file;
  private final int[][] steps = new int[TABLES][];
  private final JpegHuffman[] dcCodes = new JpegHuffman[TABLES];
  private final JpegHuffman[] acCodes = new JpegHuffman[TABLES];
  private int interval;
  private long frame;
  private long at = 2;

  private int width;
  private int height;
  private int components;
  private int horizontal = 1;
  private int vertical = 1;
  private int columns;
  private int rows;

  private JpegSequential(ImageFile file) {
    this.file = file;
  }

  /** Decodes the picture. Returns empty if the file is of another kind or damaged. */
  static Optional<Image> decode(ImageFile file, JpegHeader.Colours colours) {
    try {
      return Optional.of(new JpegSequential(file).read(colours));
    } catch (ImageException e) {
      return Optional.empty(); // JpegScans reports the damage, if any.
    }
  }

  private Image read(JpegHeader.Colours colours) throws ImageException {
    readTables();
    readFrame();
    return readScan(colours);
  }

  private JpegRows.Maker rows(JpegHeader.Colours colours, JpegPlane[] planes, Image image)
      throws ImageException {
    return switch (colours) {
      case GREY -> y -> JpegColours.grey(planes[0], image, y);
      case YCC -> new JpegColours(planes, image, horizontal, vertical, true)::row;
      case RGB -> new JpegColours(planes, image, horizontal, vertical, false)::row;
      case CMYK, YCCK, UNKNOWN -> throw unusual();
    };
  }

  private ImageException unusual() {
    return file.damaged("it is of an unusual kind");
  }

  private void require(boolean usual) throws ImageException {
    if (!usual) {
      throw unusual();
    }
  }

  /** Reads all segments before the scan and sets {@link #at} to the scan's header. */
  private void readTables() throws ImageException {
    while (true) {
      require(file.u8(at++) == 0xff);
      int marker = file.u8(at++);
      while (marker == 0xff) {
        marker = file.u8(at++);
      }
      int length = file.u16Big(at);
      long end = at + length;
      require(length >= 2);
      switch (marker) {
        case START_OF_SCAN -> {
          return;
        }
        case 0xc0, 0xc1 -> {
          require(frame == 0);
          frame = at;
        }
        case 0xc4 -> readCodes(end);
        case 0xdb -> readSteps(end);
        case 0xdd -> interval = file.u16Big(at + 2);
        default -> require((marker >= 0xe0 && marker <= 0xef) || marker == 0xfe);
      }
      at = end;
    }
  }

  private void readCodes(long end) throws ImageException {
    long from = at + 2;
    while (from < end) {
      int kind = file.u8(from);
      int index = kind & 15;
      require(kind < 0x20 && index < TABLES);
      int symbols = 0;
      for (int i = 1; i <= 16; i++) {
        symbols += file.u8(from + i);
      }
      require(symbols <= 256 && from + 17 + symbols <= end);
      if (kind < 0x10) {
        dcCodes[index] = new JpegHuffman(file, from + 1, LARGEST_DC);
      } else {
        acCodes[index] = new JpegHuffman(file, from + 1, LARGEST_AC);
      }
      from += 17 + symbols;
    }
  }

  private void readSteps(long end) throws ImageException {
    long from = at + 2;
    while (from < end) {
      int kind = file.u8(from++);
      int bytes = 1 + (kind >> 4);
      require(bytes <= 2 && (kind & 15) < TABLES && from + 64L * bytes <= end);
      int[] table = JpegBits.steps();
      for (int i = 0; i < JpegBits.BLOCK; i++) {
        table[i] = bytes == 1 ? file.u8(from) : file.u16Big(from);
        from += bytes;
      }
      steps[kind & 15] = table;
    }
  }

  private void readFrame() throws ImageException {
    require(frame > 0 && file.u8(frame + 2) == 8);
    height = file.u16Big(frame + 3);
    width = file.u16Big(frame + 5);
    components = file.u8(frame + 7);
    require(height > 0 && width > 0);
    require(file.u16Big(frame) == 8 + 3 * components);
    if (components != 1) {
      require(components == 3);
      int sampling = file.u8(frame + 9);
      horizontal = sampling >> 4;
      vertical = sampling & 15;
      require(horizontal >= 1 && horizontal <= 2 && vertical >= 1 && vertical <= 2);
      require(file.u8(frame + 12) == 0x11 && file.u8(frame + 15) == 0x11);
    }
    columns = (width + SIDE * horizontal - 1) / (SIDE * horizontal);
    rows = (height + SIDE * vertical - 1) / (SIDE * vertical);
  }

  private Image readScan(JpegHeader.Colours colours) throws ImageException {
    int length = file.u16Big(at);
    require(file.u8(at + 2) == components && length == 6 + 2 * components);
    long parameters = at + 3 + 2L * components;
    require(file.u8(parameters) == 0);
    require(file.u8(parameters + 1) == JpegBits.BLOCK - 1 && file.u8(parameters + 2) == 0);
    // Each block takes at least two bits. Check this before the allocation of the blocks.
    int blocks = components == 1 ? 1 : horizontal * vertical + 2;
    require((long) rows * columns * blocks / 4 <= file.bytes().length - (at + length));
    require((long) rows * columns * horizontal * vertical * SIDE * SIDE * 3 < Integer.MAX_VALUE);

    JpegPlane[] planes = new JpegPlane[components];
    JpegHuffman[] dc = new JpegHuffman[components];
    JpegHuffman[] ac = new JpegHuffman[components];
    int[][] factors = new int[components][];
    for (int c = 0; c < components; c++) {
      require(file.u8(at + 3 + 2L * c) == file.u8(frame + 8 + 3L * c));
      int codes = file.u8(at + 4 + 2L * c);
      int table = file.u8(frame + 10 + 3L * c);
      require(codes >> 4 < TABLES && (codes & 15) < TABLES && table < TABLES);
      dc[c] = dcCodes[codes >> 4];
      ac[c] = acCodes[codes & 15];
      factors[c] = steps[table];
      require(dc[c] != null && ac[c] != null && factors[c] != null);
      planes[c] = c == 0 ? plane(horizontal, vertical, 1, 1) : plane(1, 1, horizontal, vertical);
    }
    Image image = Image.black(height, width);
    JpegRows made = new JpegRows(height, rows(colours, planes, image));
    JpegBits bits = new JpegBits(file, (int) at + length);
    readBlocks(bits, planes, dc, ac, factors, made);
    return image;
  }

  private JpegPlane plane(int across, int down, int narrower, int lower) {
    return new JpegPlane(
        (height + lower - 1) / lower, (width + narrower - 1) / narrower, down, columns * across);
  }

  private void readBlocks(
      JpegBits bits,
      JpegPlane[] planes,
      JpegHuffman[] dc,
      JpegHuffman[] ac,
      int[][] factors,
      JpegRows made)
      throws ImageException {
    int[] block = new int[JpegBits.BLOCK];
    int[] predicted = new int[components];
    int units = rows * columns;
    int perInterval = interval == 0 ? units : interval;
    int restarts = 0;
    int unit = 0;
    while (unit < units) {
      int marker = bits.next();
      int last = (int) Math.min(units, (long) unit + perInterval);
      require(marker == (last == units ? END_OF_IMAGE : FIRST_RESTART + restarts++ % 8));
      predicted[0] = 0;
      for (int c = 1; c < components; c++) {
        predicted[c] = 0;
      }
      for (; unit < last; unit++) {
        int row = unit / columns;
        int column = unit - row * columns;
        for (int c = 0; c < components; c++) {
          int down = c == 0 ? vertical : 1;
          int across = c == 0 ? horizontal : 1;
          for (int y = row * down; y < (row + 1) * down; y++) {
            for (int x = column * across; x < (column + 1) * across; x++) {
              int found = bits.block(dc[c], ac[c], predicted[c], factors[c], block);
              predicted[c] = found >> 1;
              if ((found & 1) == 0) {
                planes[c].flat(y, x, block[0]);
              } else {
                planes[c].transform(y, x, block);
              }
            }
          }
        }
        if (column == columns - 1) {
          made.through((row + 1) * vertical * SIDE);
        }
      }
      bits.finish();
    }
  }
}
