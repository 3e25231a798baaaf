package org.resnext4j.vision.tiff;

import java.util.Arrays;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageFile;
import org.resnext4j.vision.ImageFormat;
import org.resnext4j.vision.jpeg.JpegDecoder;
import org.resnext4j.vision.jpeg.JpegHeader;

/**
 * Decodes the first page of a TIFF file to what Pillow makes of it: samples of 1, 2, 4, 8 or 16
 * bits, grey, red-green-blue, palettes and inks, with or without alpha, in strips or tiles, with
 * planes together or apart. Pillow turns TIFF pages upright by itself, so the picture's size is the
 * turned one.
 *
 * <p>The file's segments, strips or tiles, together may not be larger than twice the file, and each
 * is decoded to its own size and no further.
 */
public final class TiffDecoder {

  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int INKS = 5;
  private static final int YCC = 6;

  private static final int UNCOMPRESSED = 1;
  private static final int LZW = 5;
  private static final int JPEG = 7;
  private static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  private static final int PACK_BITS = 32773;

  /** Samples of the largest tile beside the picture's own size. */
  private static final long LARGEST_TILE = 1L << 22;

  private static final int MOST_SAMPLES = 6;

  private final ImageFile file;
  private final TiffHeader header;
  private final int width;
  private final int height;
  private final int bits;
  private final int samples;
  private final int compression;
  private final int photometric;
  private final boolean apart;
  private final boolean premultiplied;

  private TiffDecoder(ImageFile file) throws ImageException {
    this.file = file;
    this.header = TiffHeader.read(file);
    this.width = header.first(file, TiffHeader.WIDTH, 0);
    this.height = header.first(file, TiffHeader.HEIGHT, 0);
    this.bits = header.first(file, TiffHeader.BITS, 1);
    this.samples = header.first(file, TiffHeader.SAMPLES, 1);
    this.compression = header.first(file, TiffHeader.COMPRESSION, UNCOMPRESSED);
    this.photometric = header.first(file, TiffHeader.PHOTOMETRIC, WHITE_IS_ZERO);
    this.apart = header.first(file, TiffHeader.PLANAR, 1) == 2 && samples > 1;
    this.premultiplied =
        photometric == RGB
            && samples > Image.CHANNELS
            && header.first(file, TiffHeader.EXTRA_SAMPLES, 0) == 1;
  }

  /**
   * Reads the size.
   *
   * @return columns and rows of the upright picture
   * @throws ImageException if the file's directory is damaged
   */
  public static int[] size(ImageFile file) throws ImageException {
    TiffDecoder tiff = new TiffDecoder(file);
    return tiff.orientation() >= 5
        ? new int[] {tiff.height, tiff.width}
        : new int[] {tiff.width, tiff.height};
  }

  /**
   * The orientation by which a decoded page is to be turned, 1 to 8.
   *
   * @throws ImageException if the file's directory is damaged
   */
  public static int orientation(ImageFile file) throws ImageException {
    return new TiffDecoder(file).orientation();
  }

  /**
   * Decodes the first page as it is stored.
   *
   * @throws ImageException if the page is damaged or of an unusual kind
   */
  public static Image decode(ImageFile file) throws ImageException {
    return new TiffDecoder(file).page();
  }

  private int orientation() throws ImageException {
    int value = header.first(file, TiffHeader.ORIENTATION, 1);
    return value >= 1 && value <= 8 ? value : 1;
  }

  private void check() throws ImageException {
    for (int i = 1; i < header.count(TiffHeader.BITS); i++) {
      if (header.value(file, TiffHeader.BITS, i, bits) != bits) {
        throw unsupported("samples of different bits");
      }
    }
    boolean grey = photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO;
    boolean known =
        switch (photometric) {
          case WHITE_IS_ZERO, BLACK_IS_ZERO ->
              samples == 1
                  ? Arrays.asList(1, 2, 4, 8, 16).contains(bits)
                  : samples == 2 && bits == 8;
          case PALETTE ->
              (bits == 1 || bits == 2 || bits == 4 || bits == 8)
                  && (samples == 1 || (samples == 2 && bits == 8));
          case RGB -> samples >= Image.CHANNELS && (bits == 8 || bits == 16);
          case INKS -> samples >= 4 && (bits == 8 || bits == 16);
          case YCC -> compression == JPEG && samples == Image.CHANNELS && bits == 8;
          default -> false;
        };
    if (!known || samples > MOST_SAMPLES || bits < 1) {
      throw unsupported(
          "%d samples of %d bits and photometric %d".formatted(samples, bits, photometric));
    }
    if (header.first(file, TiffHeader.SAMPLE_FORMAT, 1) != 1) {
      throw unsupported("samples that are no unsigned integers");
    }
    if (compression == JPEG
        && (apart || bits != 8 || !(grey || photometric == RGB || photometric == YCC))) {
      throw unsupported("JPEG data of photometric %d".formatted(photometric));
    }
  }

  private ImageException unsupported(String what) {
    return file.damaged("it has %s, which is not supported".formatted(what));
  }

  private Image page() throws ImageException {
    check();
    boolean tiled = header.has(TiffHeader.TILE_WIDTH) || header.has(TiffHeader.TILE_OFFSETS);
    int rows = header.first(file, TiffHeader.ROWS_PER_STRIP, height);
    int across = tiled ? header.first(file, TiffHeader.TILE_WIDTH, 0) : width;
    int down = tiled ? header.first(file, TiffHeader.TILE_HEIGHT, 0) : Math.min(height, rows);
    if (across < 1 || down < 1) {
      throw file.damaged("its segments are %d×%d pixels".formatted(across, down));
    }
    long area = (long) across * down;
    if (area > Math.max(LARGEST_TILE, 4L * width * height)
        || area * samples * bits / 8 > Integer.MAX_VALUE - 8) {
      throw file.damaged("its segments are %d×%d pixels".formatted(across, down));
    }
    int columns = Math.ceilDiv(width, across);
    long regions = (long) columns * Math.ceilDiv(height, down);
    int planes = apart ? samples : 1;
    int offsets = tiled ? TiffHeader.TILE_OFFSETS : TiffHeader.STRIP_OFFSETS;
    int sizes = tiled ? TiffHeader.TILE_BYTES : TiffHeader.STRIP_BYTES;
    if (header.count(offsets) < regions * planes) {
      throw file.damaged(
          "it has %d segments instead of %d".formatted(header.count(offsets), regions * planes));
    }
    Image image = Image.black(height, width);
    Row row = new Row(across);
    long total = 0;
    for (int region = 0; region < regions; region++) {
      int top = region / columns * down;
      int left = region % columns * across;
      int stored = tiled ? down : Math.min(down, height - top);
      byte[][] data = new byte[planes][];
      for (int plane = 0; plane < planes; plane++) {
        long index = plane * regions + region;
        long from = header.value(file, offsets, index, 0);
        long bytes = size(sizes, index, from, across, stored);
        total += bytes;
        if (total > 2L * file.bytes().length) {
          throw file.damaged("its segments are larger than the file");
        }
        data[plane] = segment(from, bytes, across, stored);
      }
      for (int y = 0; y < stored && top + y < height; y++) {
        row.unpack(data, y);
        row.store(image, top + y, left, Math.min(across, width - left));
      }
    }
    return image;
  }

  /** How many bytes of the file a segment has. */
  private long size(int tag, long index, long from, int across, int rows) throws ImageException {
    long most = file.bytes().length - from;
    long expected = compression == UNCOMPRESSED ? (long) stride(across) * rows : most;
    long said = header.value(file, tag, index, expected);
    long bytes = compression == UNCOMPRESSED ? expected : Math.min(said, most);
    if (most < bytes || bytes < 1) {
      throw file.endsEarly();
    }
    return bytes;
  }

  /** Bytes of a row of a segment. */
  private int stride(int across) {
    return (int) (((long) across * (apart ? 1 : samples) * bits + 7) / 8);
  }

  private byte[] segment(long from, long bytes, int across, int rows) throws ImageException {
    byte[] out = new byte[Math.multiplyExact(stride(across), rows)];
    boolean reversed = header.first(file, TiffHeader.FILL_ORDER, 1) == 2 && compression != JPEG;
    ImageFile packed = reversed ? reversed((int) from, (int) (from + bytes)) : file;
    int at = reversed ? 0 : (int) from;
    int end = at + (int) bytes;
    switch (compression) {
      case UNCOMPRESSED -> System.arraycopy(packed.bytes(), at, out, 0, out.length);
      case LZW -> TiffPacking.lzw(packed, at, end, out);
      case PACK_BITS -> TiffPacking.packBits(packed, at, end, out);
      case DEFLATE, OLD_DEFLATE -> TiffPacking.inflate(packed, at, end, out);
      case JPEG -> jpeg(at, end, across, rows, out);
      default -> throw unsupported("compression %d".formatted(compression));
    }
    if (compression == LZW || compression == DEFLATE || compression == OLD_DEFLATE) {
      predict(out, across, rows);
    }
    return out;
  }

  /** A copy of a part of the file, each byte's bits in reverse. */
  private ImageFile reversed(int from, int end) {
    byte[] bytes = Arrays.copyOfRange(file.bytes(), from, end);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
    }
    return new ImageFile(file.name(), ImageFormat.TIFF, bytes, file.truncated());
  }

  /** Adds each sample to the one before it, where differences are stored (predictor 2). */
  private void predict(byte[] out, int across, int rows) throws ImageException {
    int predictor = header.first(file, TiffHeader.PREDICTOR, 1);
    if (predictor == 1) {
      return;
    }
    if (predictor != 2 || bits < 8) {
      throw unsupported("predictor %d of %d bits".formatted(predictor, bits));
    }
    int stride = stride(across);
    int step = (apart ? 1 : samples) * bits / 8;
    for (int y = 0; y < rows; y++) {
      for (int i = y * stride + step; i < (y + 1) * stride; i++) {
        if (bits == 8) {
          out[i] += out[i - step];
        } else if ((i - y * stride) % 2 == 0) {
          int sum = wide(out, i) + wide(out, i - step);
          out[header.little() ? i : i + 1] = (byte) sum;
          out[header.little() ? i + 1 : i] = (byte) (sum >> 8);
        }
      }
    }
  }

  private int wide(byte[] data, int at) {
    int first = data[at] & 0xff;
    int second = data[at + 1] & 0xff;
    return header.little() ? first | second << 8 : first << 8 | second;
  }

  /** Decodes a segment's own JPEG file, to which the tables that all share are added. */
  private void jpeg(int from, int end, int across, int rows, byte[] out) throws ImageException {
    TiffHeader.Values tables = header.tags().get(TiffHeader.JPEG_TABLES);
    int shared = tables == null || tables.count() < 4 ? 0 : (int) tables.count() - 4;
    if (end - from < 4) {
      throw file.endsEarly();
    }
    byte[] whole = new byte[end - from + shared];
    whole[0] = (byte) 0xff;
    whole[1] = (byte) 0xd8;
    if (shared > 0) {
      System.arraycopy(file.bytes(), (int) tables.at() + 2, whole, 2, shared);
    }
    System.arraycopy(file.bytes(), from + 2, whole, 2 + shared, end - from - 2);
    ImageFile part = new ImageFile(file.name(), ImageFormat.JPEG, whole, file.truncated());
    JpegHeader found = JpegHeader.read(part);
    boolean fits = found.width() == across && found.height() >= 1 && found.height() <= rows;
    if (!fits || found.bytesOfPixel() != Image.CHANNELS) {
      throw file.damaged(
          "its JPEG data are %d×%d pixels instead of %d×%d, or progressive"
              .formatted(found.width(), found.height(), across, rows));
    }
    JpegHeader.Colours colours =
        switch (photometric) {
          case RGB -> JpegHeader.Colours.RGB;
          case YCC -> JpegHeader.Colours.YCC;
          default -> JpegHeader.Colours.GREY;
        };
    if ((found.colours() == JpegHeader.Colours.GREY) != (colours == JpegHeader.Colours.GREY)
        || samples != (colours == JpegHeader.Colours.GREY ? 1 : Image.CHANNELS)) {
      throw file.damaged("its JPEG data have other components than its header says");
    }
    byte[] rgb =
        JpegDecoder.decode(
                part, new JpegHeader(across, found.height(), colours, 1, found.bytesOfPixel()))
            .rgb();
    int step = Image.CHANNELS / samples;
    for (int i = 0; i < rgb.length / step; i++) {
      out[i] = rgb[i * step];
    }
  }

  /** A row of a segment's samples, and how they become colours. */
  private final class Row {

    private final int across;
    private final int[] values;
    private final byte[] palette;

    Row(int across) throws ImageException {
      this.across = across;
      this.values = new int[Math.multiplyExact(across, samples)];
      this.palette = photometric == PALETTE ? palette() : new byte[0];
    }

    private byte[] palette() throws ImageException {
      int colours = 1 << bits;
      byte[] all = new byte[256 * Image.CHANNELS];
      if (header.count(TiffHeader.COLOUR_MAP) != (long) colours * Image.CHANNELS) {
        throw file.damaged(
            "its palette has %d numbers".formatted(header.count(TiffHeader.COLOUR_MAP)));
      }
      for (int i = 0; i < colours; i++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          long value = header.value(file, TiffHeader.COLOUR_MAP, (long) c * colours + i, 0);
          all[i * Image.CHANNELS + c] = (byte) (value >> 8);
        }
      }
      return all;
    }

    void unpack(byte[][] data, int y) {
      int planes = data.length;
      int count = values.length / planes;
      for (int plane = 0; plane < planes; plane++) {
        byte[] in = data[plane];
        int from = y * stride(across);
        for (int i = 0; i < count; i++) {
          values[i * planes + plane] =
              switch (bits) {
                case 8 -> in[from + i] & 0xff;
                case 16 -> wide(in, from + 2 * i);
                default -> in[from + i * bits / 8] >> (8 - bits - i * bits % 8) & (1 << bits) - 1;
              };
        }
      }
    }

    void store(Image image, int y, int left, int count) {
      int to = (y * image.width() + left) * Image.CHANNELS;
      byte[] rgb = image.rgb();
      for (int x = 0; x < count; x++) {
        int at = x * samples;
        for (int c = 0; c < Image.CHANNELS; c++) {
          rgb[to++] =
              switch (photometric) {
                case WHITE_IS_ZERO, BLACK_IS_ZERO -> (byte) grey(values[at]);
                case PALETTE -> palette[values[at] * Image.CHANNELS + c];
                case INKS -> (byte) ink(eight(values[at + c]), 255 - eight(values[at + 3]));
                default -> (byte) colour(at, c);
              };
        }
      }
    }

    private int colour(int at, int c) {
      int value = eight(values[at + c]);
      int alpha = premultiplied ? eight(values[at + 3]) : 255;
      return alpha == 0 ? 0 : Math.min(255, 255 * value / alpha);
    }

    /** Pillow keeps values of 16 grey bits up to 255 and makes all above white. */
    private int grey(int value) {
      if (bits == 16) {
        return Math.min(255, value);
      }
      int most = (1 << bits) - 1;
      return (photometric == WHITE_IS_ZERO ? most - value : value) * 255 / most;
    }

    private int eight(int value) {
      return bits == 16 ? value >> 8 : value;
    }

    private int ink(int ink, int white) {
      int product = ink * white + 128;
      return Math.max(0, white - (((product >> 8) + product) >> 8));
    }
  }
}
