package org.resnext4j.vision.decode;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * Decodes a PNG file (RFC 2083) of any kind to Pillow's pixels. The decoder drops alpha, keeps the
 * upper eight bits of samples of 16 bits, and clips grey samples of 16 bits without alpha to 255.
 * It does not require the checksum of the compressed data.
 *
 * <p>The JDK's decoder overflows on wide rows, changes grey samples of 16 bits if the file declares
 * a transparent grey, and spends much time on metadata.
 *
 * @param file the file
 * @param width columns
 * @param height rows
 * @param depth number of bits of a sample
 * @param type the colour type: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha
 * @param interlaced whether the pixels come in the seven passes of Adam7
 * @param palette offset of the palette in the file, or 0
 * @param colours number of colours in the palette
 * @param data offset of the first chunk of data in the file
 * @param orientation EXIF orientation, 1 to 8
 */
record PngDecoder(
    ImageFile file,
    int width,
    int height,
    int depth,
    int type,
    boolean interlaced,
    long palette,
    int colours,
    long data,
    int orientation)
    implements Decoder {

  private static final int GREY = 0;
  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int COLOUR_ALPHA = 6;

  private static final int[] FIRST_ROWS = {0, 0, 4, 0, 2, 0, 1};
  private static final int[] FIRST_COLUMNS = {0, 4, 0, 2, 0, 1, 0};
  private static final int[] ROW_STEPS = {8, 8, 8, 4, 4, 2, 2};
  private static final int[] COLUMN_STEPS = {8, 8, 4, 4, 2, 2, 1};

  static PngDecoder open(ImageFile file) throws ImageException {
    if (!file.contains(12, "IHDR")) {
      throw file.damaged("it has no IHDR chunk");
    }
    int orientation = Orientation.UPRIGHT;
    boolean exif = false;
    long palette = 0;
    int colours = 0;
    long data = 0;
    for (long at = 8; at + 12 <= file.bytes().length; at += 12 + file.u32Big(at)) {
      long length = file.u32Big(at);
      if (data == 0) {
        check(file, at, length);
      }
      if (file.contains(at + 4, "PLTE") && data == 0) {
        palette = at + 8;
        colours = (int) Math.min(256, length / 3);
      } else if (file.contains(at + 4, "eXIf") && !exif) {
        exif = true; // Reading only one bounds the time.
        orientation = Orientation.ofExif(file, at + 8);
      } else if (file.contains(at + 4, "IDAT") && data == 0) {
        data = at;
      }
    }
    if (data == 0) {
      throw file.endsEarly();
    }
    PngDecoder decoder =
        new PngDecoder(
            file,
            file.s32Big(16),
            file.s32Big(20),
            file.u8(24),
            file.u8(25),
            file.u8(28) != 0,
            palette,
            colours,
            data,
            orientation);
    if (!decoder.known()) {
      throw file.damaged(
          "it has samples of %d bits and the colour type %d"
              .formatted(decoder.depth, decoder.type));
    }
    if (file.u8(27) != 0) {
      throw file.damaged("its filter method is %d".formatted(file.u8(27)));
    }
    return decoder;
  }

  /** Checks a chunk before the data; zlib checks the data themselves. */
  private static void check(ImageFile file, long at, long length) throws ImageException {
    if (file.contains(at + 4, "IDAT")) {
      return;
    }
    if (at + 12 + length > file.bytes().length) {
      throw file.endsEarly();
    }
    boolean optional = (file.u8(at + 4) & 0x20) != 0;
    CRC32 sum = new CRC32();
    sum.update(file.bytes(), (int) at + 4, (int) length + 4);
    if (sum.getValue() != file.u32Big(at + 8 + length) && !(optional && file.truncated())) {
      throw file.damaged("the checksum of a chunk is wrong");
    }
  }

  private boolean known() {
    return switch (type) {
      case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
      case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
      case COLOUR, GREY_ALPHA, COLOUR_ALPHA -> depth == 8 || depth == 16;
      default -> false;
    };
  }

  private int samples() {
    return switch (type) {
      case COLOUR -> 3;
      case GREY_ALPHA -> 2;
      case COLOUR_ALPHA -> 4;
      default -> 1;
    };
  }

  @Override
  public int bytesOfPixel() {
    return Image.CHANNELS + 1;
  }

  @Override
  public Image decode() throws ImageException {
    Image image = Image.black(height, width);
    byte[] colourTable = table();
    if (type == PALETTE) {
      for (int i = 0; i < image.rgb().length; i++) {
        image.rgb()[i] = colourTable[i % Image.CHANNELS]; // Pixels without data.
      }
    }
    try (Rows rows = new Rows()) {
      if (!interlaced) {
        for (int y = 0; y < height && rows.next(width); y++) {
          put(rows.row, image, y, 0, 1, width, colourTable);
        }
        return image;
      }
      for (int pass = 0; pass < FIRST_ROWS.length; pass++) {
        int columns = (width - FIRST_COLUMNS[pass] + COLUMN_STEPS[pass] - 1) / COLUMN_STEPS[pass];
        rows.restart();
        for (int y = FIRST_ROWS[pass]; y < height && columns > 0; y += ROW_STEPS[pass]) {
          if (!rows.next(columns)) {
            return image;
          }
          put(rows.row, image, y, FIRST_COLUMNS[pass], COLUMN_STEPS[pass], columns, colourTable);
        }
      }
    }
    return image;
  }

  private byte[] table() {
    byte[] table = new byte[256 * Image.CHANNELS];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) (i / Image.CHANNELS); // Colours that the file lacks are grey.
    }
    if (palette > 0) {
      System.arraycopy(file.bytes(), (int) palette, table, 0, colours * Image.CHANNELS);
    }
    return table;
  }

  private void put(
      byte[] row, Image image, int y, int first, int step, int count, byte[] colourTable) {
    byte[] rgb = image.rgb();
    int to = (y * width + first) * Image.CHANNELS;
    int bytes = depth / 8;
    int pixel = samples() * bytes;
    boolean coloured = type == COLOUR || type == COLOUR_ALPHA;
    for (int x = 0; x < count; x++, to += step * Image.CHANNELS) {
      if (coloured) {
        int from = 1 + x * pixel;
        rgb[to] = row[from];
        rgb[to + 1] = row[from + bytes];
        rgb[to + 2] = row[from + 2 * bytes];
        continue;
      }
      int value;
      if (depth < 8) {
        int at = x * depth;
        int mask = (1 << depth) - 1;
        value = (row[1 + at / 8] & 0xff) >> (8 - depth - at % 8) & mask;
        value = type == PALETTE ? value : value * 255 / mask;
      } else {
        value = row[1 + x * pixel] & 0xff;
        if (depth == 16 && type == GREY) {
          value = value > 0 ? 255 : row[2 + x * pixel] & 0xff;
        }
      }
      for (int c = 0; c < Image.CHANNELS; c++) {
        rgb[to + c] = type == PALETTE ? colourTable[3 * value + c] : (byte) value;
      }
    }
  }

  /** Decompresses rows and undoes their filters, for at most the number of rows in the header. */
  private final class Rows implements AutoCloseable {

    private final Inflater inflater = new Inflater();
    private final int distance = Math.max(1, samples() * depth / 8);
    private long chunk = data;
    private byte[] above;
    byte[] row;

    Rows() throws ImageException {
      long length = 1 + ((long) width * samples() * depth + 7) / 8;
      if (length > Integer.MAX_VALUE - 8) {
        throw file.damaged("its rows have %,d bytes".formatted(length));
      }
      above = new byte[(int) length];
      row = new byte[(int) length];
    }

    void restart() {
      Arrays.fill(row, (byte) 0);
    }

    /** Reads a row into {@link #row}. Returns false if the data end before the row is full. */
    boolean next(int columns) throws ImageException {
      byte[] swapped = above;
      above = row;
      row = swapped;
      int length = 1 + (int) (((long) columns * samples() * depth + 7) / 8);
      try {
        int filled = 0;
        while (filled < length) {
          int count = inflater.inflate(row, filled, length - filled);
          filled += count;
          if (count == 0) {
            if (inflater.finished()) {
              return false;
            }
            if (inflater.needsDictionary() || !feed()) {
              if (file.truncated()) {
                return false;
              }
              throw file.endsEarly();
            }
          }
        }
      } catch (DataFormatException e) {
        if (file.truncated()) {
          return false;
        }
        throw file.damaged("its data cannot be decompressed: " + e.getMessage(), e);
      }
      unfilter(length);
      return true;
    }

    /** Passes the next chunk of data to the inflater. Returns false if no chunk is left. */
    private boolean feed() throws ImageException {
      if (chunk + 8 > file.bytes().length || !file.contains(chunk + 4, "IDAT")) {
        return false;
      }
      long length = file.u32Big(chunk);
      int held = (int) Math.min(length, file.bytes().length - chunk - 8);
      inflater.setInput(file.bytes(), (int) chunk + 8, held);
      chunk += 12 + length;
      return true;
    }

    private void unfilter(int length) throws ImageException {
      byte[] now = row;
      byte[] before = above;
      switch (now[0]) {
        case 0 -> {}
        case 1 -> {
          for (int i = distance + 1; i < length; i++) {
            now[i] += now[i - distance];
          }
        }
        case 2 -> {
          for (int i = 1; i < length; i++) {
            now[i] += before[i];
          }
        }
        case 3 -> {
          for (int i = 1; i < length; i++) {
            int left = i > distance ? now[i - distance] & 0xff : 0;
            now[i] += (byte) ((left + (before[i] & 0xff)) / 2);
          }
        }
        case 4 -> {
          for (int i = 1; i < length; i++) {
            int left = i > distance ? now[i - distance] & 0xff : 0;
            int corner = i > distance ? before[i - distance] & 0xff : 0;
            now[i] += (byte) nearest(left, before[i] & 0xff, corner);
          }
        }
        default -> throw file.damaged("a row has the unknown filter %d".formatted(now[0]));
      }
    }

    private static int nearest(int left, int up, int corner) {
      int toLeft = Math.abs(up - corner);
      int toUp = Math.abs(left - corner);
      int toCorner = Math.abs(left + up - 2 * corner);
      return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    @Override
    public void close() {
      inflater.close();
    }
  }
}
