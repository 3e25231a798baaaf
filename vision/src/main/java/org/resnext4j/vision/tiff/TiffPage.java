package org.resnext4j.vision.tiff;

import java.util.Locale;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;
import org.resnext4j.vision.decode.Orientation;

/**
 * The properties of the first page, read from the first directory.
 *
 * @param header the directory
 * @param width columns as stored
 * @param height rows as stored
 * @param orientation EXIF orientation, 1 to 8
 * @param bits number of bits of a sample
 * @param samples number of samples of a pixel
 * @param kind number format of a sample
 * @param compression TIFF's number of the compression
 * @param colours colour space of the samples
 * @param apart whether each sample has a separate plane
 * @param premultiplied whether red, green and blue are premultiplied by alpha
 */
record TiffPage(
    TiffHeader header,
    int width,
    int height,
    int orientation,
    int bits,
    int samples,
    Kind kind,
    int compression,
    Colours colours,
    boolean apart,
    boolean premultiplied) {

  static final int UNCOMPRESSED = 1;
  static final int MODIFIED_HUFFMAN = 2;
  static final int GROUP_3 = 3;
  static final int GROUP_4 = 4;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int OLD_DEFLATE = 32946;
  static final int PACK_BITS = 32773;

  private static final int MOST_SAMPLES = 6;

  /** The number format of a sample (TIFF's SampleFormat). */
  enum Kind {
    UNSIGNED,
    SIGNED,
    FLOAT
  }

  /** The colour space of a pixel (TIFF's PhotometricInterpretation). */
  enum Colours {
    WHITE_IS_ZERO,
    BLACK_IS_ZERO,
    RGB,
    PALETTE,
    /** Cyan, magenta, yellow and black. */
    INKS,
    /** Luminance and chrominance (YCbCr). */
    YCC
  }

  static TiffPage read(ImageFile file) throws ImageException {
    TiffHeader header = TiffHeader.read(file);
    boolean thumbnail =
        (header.first(TiffHeader.SUBFILE_TYPE, 0) & 1) == 1
            && header.has(TiffHeader.SUB_DIRECTORIES);
    if (header.has(TiffHeader.DNG_VERSION) || thumbnail) {
      throw unsupported(file, "a camera's raw data");
    }
    int bits = header.first(TiffHeader.BITS, 1);
    for (int i = 1; i < header.count(TiffHeader.BITS); i++) {
      if (header.value(TiffHeader.BITS, i, bits) != bits) {
        throw unsupported(file, "samples of different bits");
      }
    }
    int samples = header.first(TiffHeader.SAMPLES, 1);
    Colours colours = colours(file, header.first(TiffHeader.PHOTOMETRIC, 0));
    int orientation = header.first(TiffHeader.ORIENTATION, Orientation.UPRIGHT);
    TiffPage page =
        new TiffPage(
            header,
            header.first(TiffHeader.WIDTH, 0),
            header.first(TiffHeader.HEIGHT, 0),
            orientation >= 1 && orientation <= 8 ? orientation : Orientation.UPRIGHT,
            bits,
            samples,
            kind(file, header.first(TiffHeader.SAMPLE_FORMAT, 1)),
            header.first(TiffHeader.COMPRESSION, UNCOMPRESSED),
            colours,
            header.first(TiffHeader.PLANAR, 1) == 2 && samples > 1,
            colours == Colours.RGB
                && samples > Image.CHANNELS
                && header.first(TiffHeader.EXTRA_SAMPLES, 0) == 1);
    page.check();
    return page;
  }

  private static Colours colours(ImageFile file, int photometric) throws ImageException {
    return switch (photometric) {
      case 0 -> Colours.WHITE_IS_ZERO;
      case 1 -> Colours.BLACK_IS_ZERO;
      case 2 -> Colours.RGB;
      case 3 -> Colours.PALETTE;
      case 5 -> Colours.INKS;
      case 6 -> Colours.YCC;
      case 8, 9, 10 -> throw unsupported(file, "colours of CIELAB");
      case 32803, 34892 -> throw unsupported(file, "a camera's raw data");
      default -> throw unsupported(file, "the photometric interpretation " + photometric);
    };
  }

  private static Kind kind(ImageFile file, int format) throws ImageException {
    return switch (format) {
      case 1, 4 -> Kind.UNSIGNED;
      case 2 -> Kind.SIGNED;
      case 3 -> Kind.FLOAT;
      default -> throw unsupported(file, "complex samples");
    };
  }

  private void check() throws ImageException {
    ImageFile file = header.file();
    boolean known = samples <= MOST_SAMPLES && ((samples > 1 && kind == Kind.UNSIGNED) || plain());
    known &=
        switch (colours) {
          case WHITE_IS_ZERO, BLACK_IS_ZERO -> samples == 1 || (samples == 2 && bits == 8);
          case PALETTE -> bits <= 8 && (samples == 1 || (samples == 2 && bits == 8));
          case RGB -> samples >= Image.CHANNELS && (bits == 8 || bits == 16);
          case INKS -> samples >= 4 && (bits == 8 || bits == 16);
          case YCC -> samples == Image.CHANNELS && bits == 8;
        };
    if (!known) {
      throw unsupported(
          file, "%d samples of %d %s bits".formatted(samples, bits, kind).toLowerCase(Locale.ROOT));
    }
    String refused =
        switch (compression) {
          case UNCOMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS -> "";
          case MODIFIED_HUFFMAN, GROUP_3, GROUP_4 ->
              bits == 1 && samples == 1 ? "" : "facsimile rows of more than one bit a pixel";
          case JPEG -> bits == 8 && colours != Colours.PALETTE ? "" : "JPEG data of this kind";
          case 6 -> "JPEG data of TIFF's old kind";
          case 32771 -> "facsimile rows of 16-bit words";
          case 34925 -> "LZMA compression";
          case 50000 -> "Zstandard compression";
          case 50001 -> "WebP compression";
          case 34712 -> "JPEG 2000 compression";
          default -> "compression " + compression;
        };
    if (!refused.isEmpty()) {
      throw unsupported(file, refused);
    }
    if (colours == Colours.YCC && (apart || compression == UNCOMPRESSED)) {
      throw unsupported(file, "luminance and colour differences in this arrangement");
    }
  }

  /** Whether the samples have a supported number of bits and number format. */
  private boolean plain() {
    return switch (kind) {
      case UNSIGNED ->
          bits == 1
              || bits == 2
              || bits == 4
              || bits == 8
              || bits == 12
              || bits == 16
              || bits == 32;
      case SIGNED -> bits == 16 || bits == 32;
      case FLOAT -> bits == 32;
    };
  }

  static ImageException unsupported(ImageFile file, String what) {
    return file.damaged("it has %s, which is not supported".formatted(what));
  }

  /** Returns the number of samples of a pixel in one plane. */
  int samplesOfPlane() {
    return apart ? 1 : samples;
  }

  /** Returns the number of bytes of a row of a plane. */
  int stride(int columns) {
    return Math.toIntExact(((long) columns * samplesOfPlane() * bits + 7) / 8);
  }
}
