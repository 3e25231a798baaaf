package org.resnext4j.vision.tiff;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;

/**
 * The first directory of a TIFF or BigTIFF file (TIFF 6.0, section 2), whose tags describe the
 * first page.
 *
 * @param file the file
 * @param little whether numbers are little-endian
 * @param tags position of the values of each tag
 */
record TiffHeader(ImageFile file, boolean little, Map<Integer, Values> tags) {

  static final int SUBFILE_TYPE = 254;
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int FAX_OPTIONS = 292;
  static final int PREDICTOR = 317;
  static final int COLOUR_MAP = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int SUB_DIRECTORIES = 330;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;
  static final int LUMA_COEFFICIENTS = 529;
  static final int SUBSAMPLING = 530;
  static final int BLACK_AND_WHITE = 532;
  static final int DNG_VERSION = 50706;

  private static final int BIG = 43;
  private static final int FRACTION = 5;

  /**
   * The values of a tag.
   *
   * @param at offset of the values in the file
   * @param count number of values
   * @param bytes number of bytes of each value: 1, 2, 4 or 8
   * @param fraction whether a value is a numerator and a denominator of 4 bytes each
   */
  record Values(long at, long count, int bytes, boolean fraction) {}

  static TiffHeader read(ImageFile file) throws ImageException {
    TiffHeader empty = new TiffHeader(file, file.contains(0, "II"), Map.of());
    boolean big = empty.number(2, 2) == BIG;
    int word = big ? 8 : 4;
    long directory = empty.number(big ? 8 : 4, word);
    long entries = empty.number(directory, big ? 8 : 2);
    Map<Integer, Values> tags = new HashMap<>();
    long first = directory + (big ? 8 : 2);
    int entrySize = 4 + 2 * word;
    if (entries < 0 || entries > (file.bytes().length - first) / entrySize) {
      throw file.endsEarly();
    }
    for (long entry = first; entry < first + entries * entrySize; entry += entrySize) {
      int tag = (int) empty.number(entry, 2);
      int type = (int) empty.number(entry + 2, 2);
      long count = empty.number(entry + 4, word);
      int bytes =
          switch (type) {
            case 1, 7 -> 1;
            case 3 -> 2;
            case 4, 13 -> 4;
            case FRACTION, 16, 18 -> 8;
            default -> 0; // Texts, signed numbers and the like describe no pixels.
          };
      if (bytes == 0 || count <= 0) {
        continue;
      }
      boolean fits = count <= word / bytes;
      long at = fits ? entry + 4 + word : empty.number(entry + 4 + word, word);
      if (at < 0 || at > file.bytes().length || count > (file.bytes().length - at) / bytes) {
        if (tag >= WIDTH && tag <= BLACK_AND_WHITE) {
          throw file.damaged("its tag %d points beyond its end".formatted(tag));
        }
        continue;
      }
      tags.putIfAbsent(tag, new Values(at, count, bytes, type == FRACTION));
    }
    return new TiffHeader(file, empty.little, tags);
  }

  private long number(long at, int bytes) throws ImageException {
    return switch (bytes) {
      case 1 -> file.u8(at);
      case 2 -> little ? file.u16Little(at) : file.u16Big(at);
      case 4 -> little ? file.u32Little(at) : file.u32Big(at);
      default -> number(little ? at + 4 : at, 4) << 32 | number(little ? at : at + 4, 4);
    };
  }

  boolean has(int tag) {
    return tags.containsKey(tag);
  }

  Optional<Values> values(int tag) {
    return Optional.ofNullable(tags.get(tag));
  }

  /** Returns the number of a tag's values. */
  long count(int tag) {
    return has(tag) ? tags.get(tag).count() : 0;
  }

  /** Returns a value of a tag, or {@code absent} if the file lacks the tag. */
  long value(int tag, long index, long absent) throws ImageException {
    Values values = tags.get(tag);
    if (values == null) {
      return absent;
    }
    if (index >= values.count()) {
      throw file.damaged("its tag %d has %d values".formatted(tag, values.count()));
    }
    return number(values.at() + index * values.bytes(), values.bytes());
  }

  /** Returns the first value of a tag, clipped to the range of an int. */
  int first(int tag, int absent) throws ImageException {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, value(tag, 0, absent)));
  }

  /**
   * Returns the fractions of a tag, or {@code absent} if the file lacks the tag or it has fewer
   * values.
   */
  float[] fractions(int tag, float... absent) throws ImageException {
    Values values = tags.get(tag);
    if (values == null || !values.fraction() || values.count() < absent.length) {
      return absent;
    }
    float[] all = new float[absent.length];
    for (int i = 0; i < all.length; i++) {
      long at = values.at() + 8L * i;
      float divisor = number(at + 4, 4);
      all[i] = divisor == 0 ? 0 : number(at, 4) / divisor;
    }
    return all;
  }
}
