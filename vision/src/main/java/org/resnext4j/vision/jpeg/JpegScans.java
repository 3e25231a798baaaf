package org.resnext4j.vision.jpeg;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes every JPEG file with Huffman codes and samples of 8 bits: sequential files of one or more
 * scans (T.81, F.2) and progressive files (T.81, G.2), with one to four components and any
 * sampling. Like libjpeg, this decoder continues after damaged data if it can.
 *
 * <p>The coefficients of all blocks stay in memory until the last scan has been read. Each scan
 * visits each of its blocks once, and {@link #MOST_VISITS} bounds the visits of all scans.
 */
final class JpegScans {

  private static final int SIDE = 8;
  private static final int TABLES = 4;
  private static final int MOST_COMPONENTS = 4;
  private static final int LARGEST = 15;
  private static final int MOST_BLOCKS_OF_UNIT = 10;
  private static final int MOST_SHIFT = 13;

  /** The limit of visits of blocks by all scans of a file. That many visits take about a second. */
  private static final long MOST_VISITS = 1L << 28;

  /** The limit of MCUs of a picture for each byte of its file. */
  private static final long MOST_BLOCKS_OF_BYTE = 4096;

  private final ImageFile file;
  private final JpegStream stream;
  private final int[][] steps = new int[TABLES][];
  private final JpegHuffman[] dcCodes = new JpegHuffman[TABLES];
  private final JpegHuffman[] acCodes = new JpegHuffman[TABLES];
  private int interval;

  private JpegComponent[] components = {};
  private boolean progressive;
  private int width;
  private int height;
  private int across = 1;
  private int down = 1;
  private int columns;
  private int rows;

  private int scans;
  private long visits;
  private int lastGood;

  // Parameters of the current scan: Ss, Se, Ah and Al of T.81, G.1.1.1; the coefficients from Ss to
  // Se as bits; and the end-of-band run.
  private int first;
  private int last;
  private int high;
  private int low;
  private long band;
  private int run;

  private JpegScans(ImageFile file) {
    this.file = file;
    this.stream = new JpegStream(file, 2);
  }

  static Image decode(ImageFile file, JpegHeader.Colours colours) throws ImageException {
    JpegScans scans = new JpegScans(file);
    scans.read();
    return scans.image(colours);
  }

  /** Decodes the samples of all components, interleaved by pixel, without colour conversion. */
  static byte[] samples(ImageFile file) throws ImageException {
    JpegScans scans = new JpegScans(file);
    scans.read();
    scans.check();
    JpegPlane[] full = scans.fullPlanes();
    int step = full.length;
    byte[] samples =
        new byte[Math.multiplyExact(Math.multiplyExact(scans.width, scans.height), step)];
    scans.make(
        full,
        y -> {
          for (int c = 0; c < step; c++) {
            int from = full[c].row(y);
            for (int x = 0; x < scans.width; x++) {
              samples[(y * scans.width + x) * step + c] = full[c].samples[from + x];
            }
          }
        });
    return samples;
  }

  /**
   * Returns the position in the block of a coefficient in zigzag order. Damaged runs may lead
   * beyond the block.
   */
  static int natural(int k) {
    return k < JpegBits.BLOCK ? JpegBits.natural(k) : JpegBits.BLOCK - 1;
  }

  private void read() throws ImageException {
    while (true) {
      int marker = stream.marker();
      boolean alone = marker == 1 || (marker >= 0xd0 && marker <= 0xd7);
      if (marker == JpegStream.END_OF_IMAGE) {
        return;
      }
      if (alone) {
        continue;
      }
      long at = stream.position();
      if (file.truncated() && at + 2 > file.bytes().length) {
        return;
      }
      long end = at + file.u16Big(at);
      if (end < at + 2) {
        throw file.damaged("a segment has length " + (end - at));
      }
      if (end > file.bytes().length) {
        if (file.truncated()) {
          return;
        }
        throw file.endsEarly();
      }
      stream.skipTo(end);
      switch (marker) {
        case 0xc0, 0xc1, 0xc2 -> readFrame(at, end, marker == 0xc2);
        case 0xc4 -> readCodes(at + 2, end);
        case 0xdb -> readSteps(at + 2, end);
        case 0xdd -> interval = file.u16Big(at + 2);
        case 0xda -> {
          if (readScan(at, end)) {
            return;
          }
        }
        case 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
            throw file.damaged("it is coded arithmetically, which is not supported");
        case 0xc3 -> throw file.damaged("it is a lossless JPEG, which is not supported");
        case 0xc5, 0xc6, 0xc7 ->
            throw file.damaged("it is a hierarchical JPEG, which is not supported");
        default -> {
          boolean ignored = (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe;
          if (!ignored && marker != 0xdc && marker != 0xcc) {
            throw file.damaged("it has the unknown marker %02x".formatted(marker));
          }
        }
      }
    }
  }

  private void readCodes(long from, long end) throws ImageException {
    long at = from;
    while (end - at > 16) {
      int kind = file.u8(at);
      int symbols = 0;
      for (int i = 1; i <= 16; i++) {
        symbols += file.u8(at + i);
      }
      if (kind >= 0x20 || (kind & 15) >= TABLES || symbols > 256 || at + 17 + symbols > end) {
        throw file.damaged("a Huffman table is damaged");
      }
      (kind < 0x10 ? dcCodes : acCodes)[kind & 15] = new JpegHuffman(file, at + 1, LARGEST);
      at += 17 + symbols;
    }
  }

  private void readSteps(long from, long end) throws ImageException {
    long at = from;
    while (at < end) {
      int kind = file.u8(at++);
      int bytes = kind >> 4 == 0 ? 1 : 2;
      if ((kind & 15) >= TABLES || at + (long) JpegBits.BLOCK * bytes > end) {
        throw file.damaged("a quantisation table is damaged");
      }
      int[] table = new int[JpegBits.BLOCK];
      for (int i = 0; i < table.length; i++) {
        table[i] = bytes == 1 ? file.u8(at) : file.u16Big(at);
        at += bytes;
      }
      steps[kind & 15] = table;
    }
  }

  private void readFrame(long at, long end, boolean inSteps) throws ImageException {
    if (components.length > 0) {
      throw file.damaged("it has two frames");
    }
    if (file.u8(at + 2) != 8) {
      throw file.damaged(
          "it has samples of %d bits, which are not supported".formatted(file.u8(at + 2)));
    }
    progressive = inSteps;
    height = file.u16Big(at + 3);
    width = file.u16Big(at + 5);
    int count = file.u8(at + 7);
    if (count < 1 || count > MOST_COMPONENTS || at + 8 + 3L * count != end) {
      throw file.damaged("its frame has %d components".formatted(count));
    }
    if (height < 1 || width < 1) {
      throw file.damaged("its header says %d×%d pixels".formatted(width, height));
    }
    for (int c = 0; c < count; c++) {
      int sampling = file.u8(at + 9 + 3L * c);
      int h = sampling >> 4;
      int v = sampling & 15;
      if (h < 1 || h > 4 || v < 1 || v > 4) {
        throw file.damaged("a component is sampled %d×%d".formatted(h, v));
      }
      across = Math.max(across, h);
      down = Math.max(down, v);
    }
    columns = ceiling(width, SIDE * across);
    rows = ceiling(height, SIDE * down);
    long units = (long) columns * rows;
    if (units > MOST_BLOCKS_OF_BYTE * file.bytes().length) {
      throw file.damaged(
          "it has %d bytes for %d×%d pixels".formatted(file.bytes().length, width, height));
    }
    JpegComponent[] found = new JpegComponent[count];
    for (int c = 0; c < count; c++) {
      long entry = at + 8 + 3L * c;
      int h = file.u8(entry + 1) >> 4;
      int v = file.u8(entry + 1) & 15;
      found[c] =
          new JpegComponent(
              file.u8(entry),
              file.u8(entry + 1),
              file.u8(entry + 2),
              ceiling((long) width * h, SIDE * across),
              ceiling((long) height * v, SIDE * down),
              columns * h,
              rows * v);
    }
    components = found;
  }

  private static int ceiling(long value, int divisor) {
    return (int) ((value + divisor - 1) / divisor);
  }

  /** Reads a scan. Returns true if the file may have no other scan. */
  private boolean readScan(long at, long end) throws ImageException {
    if (components.length == 0) {
      throw file.damaged("it has a scan before its frame");
    }
    int count = file.u8(at + 2);
    if (count < 1 || count > MOST_COMPONENTS || end - at != 6 + 2L * count) {
      throw file.damaged("a scan has %d components".formatted(count));
    }
    List<JpegComponent> scanned = new ArrayList<>();
    List<Integer> codes = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      int identifier = file.u8(at + 3 + 2L * c);
      JpegComponent found = null;
      for (JpegComponent component : components) {
        if (found == null && component.identifier == identifier && !scanned.contains(component)) {
          found = component;
        }
      }
      if (found == null) {
        throw file.damaged("a scan has the unknown component %d".formatted(identifier));
      }
      scanned.add(found);
      codes.add(file.u8(at + 4 + 2L * c));
    }
    long parameters = at + 3 + 2L * count;
    first = file.u8(parameters);
    last = file.u8(parameters + 1);
    high = file.u8(parameters + 2) >> 4;
    low = file.u8(parameters + 2) & 15;
    scans++;
    begin(scanned);
    JpegHuffman[] dc = new JpegHuffman[count];
    JpegHuffman[] ac = new JpegHuffman[count];
    for (int c = 0; c < count; c++) {
      boolean needsFirst = progressive ? first == 0 && high == 0 : true;
      boolean needsOther = progressive ? first > 0 : true;
      dc[c] = needsFirst ? code(dcCodes, codes.get(c) >> 4, true) : null;
      ac[c] = needsOther ? code(acCodes, codes.get(c) & 15, false) : null;
    }
    stream.beginScan();
    readBlocks(scanned, dc, ac);
    // Libjpeg has returned all rows at this point and does not need the end marker.
    return !progressive && scans == 1 && count == components.length;
  }

  private JpegHuffman code(JpegHuffman[] codes, int index, boolean ofFirst) throws ImageException {
    JpegHuffman code = index < TABLES ? codes[index] : null;
    if (code == null && index < 2 && !progressive) {
      return (ofFirst ? JpegStandardTables.dc() : JpegStandardTables.ac())[index];
    }
    if (code == null || (ofFirst && !code.withoutRuns())) {
      throw file.damaged("a scan's Huffman table %d is missing or damaged".formatted(index));
    }
    return code;
  }

  private void begin(List<JpegComponent> scanned) throws ImageException {
    run = 0;
    for (JpegComponent component : scanned) {
      if (!component.scanned) {
        int[] found = component.table < TABLES ? steps[component.table] : null;
        if (found == null) {
          throw file.damaged("a quantisation table is missing");
        }
        component.steps = found.clone();
        component.scanned = true;
      }
    }
    if (!progressive) {
      return;
    }
    boolean valid = first == 0 ? last == 0 : first <= last && last < 64 && scanned.size() == 1;
    if (!valid || (high != 0 && low != high - 1) || low > MOST_SHIFT) {
      throw file.damaged(
          "a progressive scan has the parameters %d–%d, %d, %d".formatted(first, last, high, low));
    }
    band = (last == 63 ? -1L : (1L << (last + 1)) - 1) & (-1L << first);
    for (JpegComponent component : scanned) {
      for (int k = Math.min(first, 1); k < JpegComponent.ESTIMATED; k++) {
        component.precisionBefore[k] = scans > 1 ? component.precision[k] : 0;
      }
      for (int k = first; k <= Math.min(last, JpegComponent.ESTIMATED - 1); k++) {
        component.precision[k] = low;
      }
    }
  }

  private void readBlocks(List<JpegComponent> scanned, JpegHuffman[] dc, JpegHuffman[] ac)
      throws ImageException {
    boolean single = scanned.size() == 1;
    JpegComponent only = scanned.getFirst();
    int unitColumns = single ? only.columns : columns;
    int unitRows = single ? only.rows : rows;
    int blocks = single ? 1 : 0;
    for (JpegComponent component : scanned) {
      component.predicted = 0;
      blocks += single ? 0 : component.across * component.down;
    }
    if (blocks > MOST_BLOCKS_OF_UNIT) {
      throw file.damaged("a scan's unit has %d blocks".formatted(blocks));
    }
    visits += (long) unitColumns * unitRows * blocks;
    if (visits > MOST_VISITS) {
      throw file.damaged("its first %d scans are too much work".formatted(scans));
    }
    int left = interval;
    for (int y = 0; y < unitRows; y++) {
      for (int x = 0; x < unitColumns; x++) {
        if (interval > 0 && left == 0) {
          stream.restart();
          scanned.forEach(c -> c.predicted = 0);
          run = 0;
          left = interval;
        }
        left--;
        if (stream.insufficient()) {
          continue;
        }
        lastGood = single ? y / only.down : y;
        if (single) {
          block(only, y, x, dc[0], ac[0]);
          continue;
        }
        for (int c = 0; c < scanned.size(); c++) {
          JpegComponent component = scanned.get(c);
          for (int i = 0; i < component.across * component.down; i++) {
            block(
                component,
                y * component.down + i / component.across,
                x * component.across + i % component.across,
                dc[c],
                ac[c]);
          }
        }
      }
    }
  }

  private void block(JpegComponent component, int row, int column, JpegHuffman dc, JpegHuffman ac)
      throws ImageException {
    int at = component.block(row, column);
    short[] out = component.coefficients;
    if (!progressive) {
      component.predicted += number(dc);
      out[at] = (short) component.predicted;
      sequential(component, at, ac);
    } else if (first == 0) {
      if (high == 0) {
        component.predicted += number(dc);
        out[at] = (short) (component.predicted << low);
      } else if (stream.bits(1) == 1) {
        out[at] |= (short) (1 << low);
      }
    } else if (high == 0) {
      firstOfBand(component, at, ac);
    } else {
      refine(component, at, ac);
    }
  }

  private int number(JpegHuffman code) throws ImageException {
    return stream.number(stream.entry(code));
  }

  private void sequential(JpegComponent component, int at, JpegHuffman code) throws ImageException {
    for (int k = 1; k < JpegBits.BLOCK; k++) {
      int entry = stream.entry(code);
      if (JpegHuffman.size(entry) != 0) {
        k += JpegHuffman.run(entry);
        component.coefficients[at + natural(k)] = (short) stream.number(entry);
      } else if (JpegHuffman.run(entry) == 15) {
        k += 15;
      } else {
        break;
      }
    }
  }

  private void firstOfBand(JpegComponent component, int at, JpegHuffman code)
      throws ImageException {
    if (run > 0) {
      run--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int entry = stream.entry(code);
      int zeros = JpegHuffman.run(entry);
      if (JpegHuffman.size(entry) != 0) {
        k += zeros;
        set(component, at, k, stream.number(entry) << low);
      } else if (zeros == 15) {
        k += 15;
      } else {
        run = (1 << zeros) + stream.bits(zeros) - 1;
        break;
      }
    }
  }

  private static void set(JpegComponent component, int at, int k, int value) {
    component.coefficients[at + natural(k)] = (short) value;
    if (value != 0) {
      component.filled[at / JpegBits.BLOCK] |= 1L << Math.min(k, 63);
    }
  }

  private void refine(JpegComponent component, int at, JpegHuffman code) throws ImageException {
    int k = first;
    if (run == 0) {
      for (; k <= last; k++) {
        int entry = stream.entry(code);
        int zeros = JpegHuffman.run(entry);
        int value = 0;
        if (JpegHuffman.size(entry) != 0) {
          value = stream.bits(1) == 1 ? 1 << low : -1 << low;
        } else if (zeros != 15) {
          run = (1 << zeros) + stream.bits(zeros);
          break;
        }
        for (; k <= last; k++) {
          if (component.coefficients[at + natural(k)] != 0) {
            correct(component.coefficients, at + natural(k));
          } else if (--zeros < 0) {
            break;
          }
        }
        if (value != 0) {
          set(component, at, k, value);
        }
      }
    }
    if (run > 0) {
      if ((component.filled[at / JpegBits.BLOCK] & band) != 0) {
        for (; k <= last; k++) {
          if (component.coefficients[at + natural(k)] != 0) {
            correct(component.coefficients, at + natural(k));
          }
        }
      }
      run--;
    }
  }

  private void correct(short[] coefficients, int at) throws ImageException {
    int value = coefficients[at];
    if (stream.bits(1) == 1 && (value & (1 << low)) == 0) {
      coefficients[at] = (short) (value + (value >= 0 ? 1 << low : -1 << low));
    }
  }

  private Image image(JpegHeader.Colours colours) throws ImageException {
    check();
    Image image = Image.black(height, width);
    JpegPlane[] full = fullPlanes();
    make(full, colouring(colours, full, image));
    return image;
  }

  /** Checks that the scans define a picture. */
  private void check() throws ImageException {
    if (scans == 0) {
      throw file.damaged("it has no scan");
    }
    for (JpegComponent component : components) {
      if (across % component.across != 0 || down % component.down != 0) {
        throw file.damaged("its components' samplings are no whole multiples");
      }
    }
  }

  /** Creates a plane of the picture's size for each component. */
  private JpegPlane[] fullPlanes() {
    JpegPlane[] full = new JpegPlane[components.length];
    for (int c = 0; c < full.length; c++) {
      full[c] = new JpegPlane(height, width, 1, ceiling(width, SIDE));
    }
    return full;
  }

  /**
   * Transforms the blocks and passes the rows of the full planes to the maker, one after another.
   */
  private void make(JpegPlane[] full, JpegRows.Maker maker) {
    JpegPlane[] planes = new JpegPlane[components.length];
    for (int c = 0; c < planes.length; c++) {
      planes[c] =
          components[c].plane(
              ceiling((long) height * components[c].down, down),
              ceiling((long) width * components[c].across, across));
    }
    JpegRows made =
        new JpegRows(
            height,
            y -> {
              for (int c = 0; c < planes.length; c++) {
                planes[c].enlarge(
                    full[c], y, across / components[c].across, down / components[c].down);
              }
              maker.make(y);
            });
    JpegSmoothing smoothing = new JpegSmoothing(progressive, components, scans, rows, lastGood);
    for (int unit = 0; unit < rows; unit++) {
      for (int c = 0; c < planes.length; c++) {
        components[c].transform(planes[c], unit, smoothing);
      }
      made.through((unit + 1) * down * SIDE);
    }
  }

  private static JpegRows.Maker colouring(
      JpegHeader.Colours colours, JpegPlane[] full, Image image) {
    return switch (colours) {
      case GREY -> y -> JpegColours.grey(full[0], image, y);
      case YCC -> new JpegColours(full, image, 1, 1, true)::row;
      case RGB -> new JpegColours(full, image, 1, 1, false)::row;
      case CMYK -> y -> JpegInks.row(full, image, y, false);
      case YCCK -> y -> JpegInks.row(full, image, y, true);
      case UNKNOWN -> throw new IllegalArgumentException("samples without a meaning");
    };
  }
}
