package org.resnext4j.vision.tiff;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;
import org.resnext4j.vision.jpeg.JpegDecoder;
import org.resnext4j.vision.jpeg.JpegHeader;

/**
 * Reads a page's segments, which are strips or tiles, and expands them to rows of samples.
 *
 * <p>Three bounds limit the cost of damaged files: the sum of all compressed bytes is at most twice
 * the file's size, each segment expands to its own size at most, and the tables of the
 * decompressors exist once.
 */
final class TiffSegments implements AutoCloseable {

  /** The largest accepted tables, in bytes. All tables of JPEG together take less. */
  private static final int MOST_TABLES = 1 << 13;

  private final ImageFile file;
  private final TiffPage page;
  private final TiffHeader header;
  private final long regions;
  private final int offsets;
  private final int sizes;
  private final Inflater inflater = new Inflater();
  private final LzwDecoder lzw = new LzwDecoder();

  /** The conversion of subsampled colours; empty if the segments have other samples. */
  private final Optional<Subsampling.Conversion> conversion;

  private long total;

  TiffSegments(TiffPage page, boolean tiled, long regions) throws ImageException {
    this.page = page;
    this.header = page.header();
    this.file = header.file();
    this.regions = regions;
    this.offsets = tiled ? TiffHeader.TILE_OFFSETS : TiffHeader.STRIP_OFFSETS;
    this.sizes = tiled ? TiffHeader.TILE_BYTES : TiffHeader.STRIP_BYTES;
    boolean subsampled =
        page.colours() == TiffPage.Colours.YCC && page.compression() != TiffPage.JPEG;
    this.conversion =
        subsampled ? Optional.of(Subsampling.Conversion.of(header)) : Optional.empty();
    long expected = regions * planes();
    if (header.count(offsets) < expected) {
      throw file.damaged(
          "it has %d segments instead of %d".formatted(header.count(offsets), expected));
    }
  }

  private int planes() {
    return page.apart() ? page.samples() : 1;
  }

  /**
   * Reads a region of the page.
   *
   * @param across columns of the region
   * @param rows rows of the region
   * @return the rows of samples of each plane
   */
  byte[][] read(int region, int across, int rows) throws ImageException {
    byte[][] planes = new byte[planes()][];
    for (int plane = 0; plane < planes.length; plane++) {
      long index = plane * regions + region;
      long from = header.value(offsets, index, 0);
      int size = size(index, from, across, rows);
      count(size);
      planes[plane] = expand((int) from, size, across, rows);
    }
    return planes;
  }

  private void count(long bytes) throws ImageException {
    total += bytes;
    if (total > 2L * file.bytes().length) {
      throw file.damaged("its segments are larger than the file");
    }
  }

  /** Returns the number of bytes of a segment in the file. */
  private int size(long index, long from, int across, int rows) throws ImageException {
    long most = from < 0 ? -1 : file.bytes().length - from;
    boolean plain = page.compression() == TiffPage.UNCOMPRESSED;
    long expected = plain ? (long) page.stride(across) * rows : most;
    long bytes = plain ? expected : Math.min(header.value(sizes, index, expected), most);
    if (most < bytes || bytes < 1) {
      throw file.endsEarly();
    }
    return (int) bytes;
  }

  private byte[] expand(int from, int bytes, int across, int rows) throws ImageException {
    boolean reversed =
        header.first(TiffHeader.FILL_ORDER, 1) == 2 && page.compression() != TiffPage.JPEG;
    ImageFile packed = reversed ? reversed(from, from + bytes) : file;
    int at = reversed ? 0 : from;
    int end = at + bytes;
    if (page.compression() == TiffPage.JPEG) {
      return jpeg(at, end, across, rows);
    }
    Subsampling units = Subsampling.of(header);
    byte[] out =
        new byte
            [conversion.isPresent()
                ? units.bytes(across, rows)
                : Math.multiplyExact(page.stride(across), rows)];
    switch (page.compression()) {
      case TiffPage.UNCOMPRESSED -> System.arraycopy(packed.bytes(), at, out, 0, out.length);
      case TiffPage.LZW -> lzw.expand(packed, at, end, out);
      case TiffPage.PACK_BITS -> unpack(packed, at, end, out);
      case TiffPage.DEFLATE, TiffPage.OLD_DEFLATE -> inflate(packed, at, end, out);
      default -> FaxDecoder.decode(packed, at, end, scheme(), across, out);
    }
    if (conversion.isPresent()) {
      return units.toRgb(conversion.get(), out, across, rows);
    }
    if (page.compression() != TiffPage.PACK_BITS && page.compression() != TiffPage.UNCOMPRESSED) {
      predict(out, across, rows);
    }
    return out;
  }

  /** Returns a copy of a part of the file with the bits of each byte reversed. */
  private ImageFile reversed(int from, int end) {
    byte[] bytes = Arrays.copyOfRange(file.bytes(), from, end);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
    }
    return new ImageFile(file.name(), file.format(), bytes, file.truncated());
  }

  private FaxDecoder.Scheme scheme() throws ImageException {
    int options =
        page.compression() == TiffPage.GROUP_3 ? header.first(TiffHeader.FAX_OPTIONS, 0) : 0;
    if ((options & 2) != 0) {
      throw TiffPage.unsupported(file, "facsimile rows in uncompressed mode");
    }
    return switch (page.compression()) {
      case TiffPage.MODIFIED_HUFFMAN -> FaxDecoder.Scheme.MODIFIED_HUFFMAN;
      case TiffPage.GROUP_4 -> FaxDecoder.Scheme.GROUP_4;
      default ->
          (options & 1) != 0 ? FaxDecoder.Scheme.GROUP_3_TWO_DIMENSIONS : FaxDecoder.Scheme.GROUP_3;
    };
  }

  /** Expands PackBits: runs and literal bytes (TIFF 6.0, section 9). */
  private static void unpack(ImageFile packed, int from, int end, byte[] out)
      throws ImageException {
    byte[] in = packed.bytes();
    int at = from;
    int to = 0;
    while (to < out.length) {
      int control = at < end ? in[at++] : 0;
      int count = control < 0 ? 1 - control : control + 1;
      int taken = control < 0 ? 1 : count;
      if (control == -128) {
        continue;
      }
      if (at + Math.min(taken, out.length - to) > end) {
        throw packed.endsEarly();
      }
      int kept = Math.min(count, out.length - to);
      if (control < 0) {
        Arrays.fill(out, to, to + kept, in[at]);
      } else {
        System.arraycopy(in, at, out, to, kept);
      }
      at += taken;
      to += kept;
    }
  }

  private void inflate(ImageFile packed, int from, int end, byte[] out) throws ImageException {
    inflater.reset();
    inflater.setInput(packed.bytes(), from, end - from);
    int to = 0;
    try {
      while (to < out.length) {
        int count = inflater.inflate(out, to, out.length - to);
        if (count == 0) {
          throw packed.endsEarly();
        }
        to += count;
      }
    } catch (DataFormatException e) {
      throw packed.damaged("its compressed data are damaged", e);
    }
  }

  /** Undoes horizontal differencing, which stores each sample minus the sample to its left. */
  private void predict(byte[] out, int across, int rows) throws ImageException {
    int predictor = header.first(TiffHeader.PREDICTOR, 1);
    if (predictor == 1) {
      return;
    }
    int stride = page.stride(across);
    int samples = page.samplesOfPlane();
    int bytes = page.bits() / Byte.SIZE;
    boolean whole = bytes * Byte.SIZE == page.bits();
    if (predictor == 2 && whole) {
      for (int y = 0; y < rows; y++) {
        addToTheLeft(out, y * stride, stride, samples * bytes, bytes);
      }
    } else if (predictor == 3 && page.kind() == TiffPage.Kind.FLOAT) {
      byte[] row = new byte[stride];
      for (int y = 0; y < rows; y++) {
        addToTheLeft(out, y * stride, stride, samples, 1);
        System.arraycopy(out, y * stride, row, 0, stride);
        gather(row, out, y * stride, bytes);
      }
    } else {
      throw TiffPage.unsupported(file, "predictor %d of %d bits".formatted(predictor, page.bits()));
    }
  }

  private void addToTheLeft(byte[] out, int from, int stride, int step, int bytes) {
    for (int i = from + step; i + bytes <= from + stride; i += bytes) {
      int carry = 0;
      for (int b = 0; b < bytes; b++) { // The lowest byte comes first.
        int at = header.little() ? i + b : i + bytes - 1 - b;
        carry += (out[at] & 0xff) + (out[at - step] & 0xff);
        out[at] = (byte) carry;
        carry >>= Byte.SIZE;
      }
    }
  }

  /**
   * Undoes the byte order of the floating-point predictor, which stores the highest bytes of a row
   * first, then the next bytes.
   */
  private void gather(byte[] row, byte[] out, int to, int bytes) {
    int count = row.length / bytes;
    for (int i = 0; i < count; i++) {
      for (int b = 0; b < bytes; b++) {
        int place = header.little() ? bytes - 1 - b : b;
        out[to + i * bytes + place] = row[b * count + i];
      }
    }
  }

  /** Decodes a segment's JPEG file after adding the tables that all segments share. */
  private byte[] jpeg(int from, int end, int across, int rows) throws ImageException {
    TiffHeader.Values tables = header.values(TiffHeader.JPEG_TABLES).orElse(null);
    int shared = tables == null || tables.count() < 4 ? 0 : (int) tables.count() - 4;
    if (shared > MOST_TABLES) {
      throw file.damaged("its JPEG tables have %,d bytes".formatted(shared));
    }
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
    ImageFile part = new ImageFile(file.name(), "JPEG", whole, file.truncated());
    JpegHeader found = JpegHeader.read(part);
    if (found.width() != across || found.height() < 1 || found.height() > rows) {
      throw file.damaged(
          "its JPEG data are %d×%d pixels instead of %d×%d"
              .formatted(found.width(), found.height(), across, rows));
    }
    if (found.progressive()) {
      throw TiffPage.unsupported(file, "progressive JPEG data");
    }
    if (found.components() != page.samplesOfPlane()) {
      throw file.damaged(
          "its JPEG data have %d components instead of %d"
              .formatted(found.components(), page.samplesOfPlane()));
    }
    JpegDecoder decoder = new JpegDecoder(part, found);
    byte[] samples =
        page.colours() == TiffPage.Colours.YCC
            ? decoder.decode(JpegHeader.Colours.YCC).rgb()
            : decoder.samples();
    return Arrays.copyOf(samples, Math.multiplyExact(page.stride(across), rows));
  }

  @Override
  public void close() {
    inflater.close();
  }
}
