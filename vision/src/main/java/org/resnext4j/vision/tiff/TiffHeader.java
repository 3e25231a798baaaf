package org.resnext4j.vision.tiff;

import java.util.HashMap;
import java.util.Map;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageFile;

/**
 * The first directory of a TIFF file (TIFF 6.0), whose tags describe the first page.
 *
 * @param little whether numbers begin with their lowest byte
 * @param tags where the values of each tag are
 */
record TiffHeader(boolean little, Map<Integer, Values> tags) {

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
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;

  /**
   * The values of a tag.
   *
   * @param at where they are in the file
   * @param count how many
   * @param bytes of each value: 1, 2 or 4
   */
  record Values(long at, long count, int bytes) {}

  static TiffHeader read(ImageFile file) throws ImageException {
    boolean little = file.contains(0, "II");
    long directory = little ? file.u32Little(4) : file.u32Big(4);
    int entries = little ? file.u16Little(directory) : file.u16Big(directory);
    Map<Integer, Values> tags = new HashMap<>();
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      int tag = little ? file.u16Little(entry) : file.u16Big(entry);
      int type = little ? file.u16Little(entry + 2) : file.u16Big(entry + 2);
      long count = little ? file.u32Little(entry + 4) : file.u32Big(entry + 4);
      int bytes =
          switch (type) {
            case 1, 7 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            default -> 0; // Texts, fractions and the like describe no pixels.
          };
      if (bytes > 0 && count > 0) {
        long pointed = little ? file.u32Little(entry + 8) : file.u32Big(entry + 8);
        long at = count * bytes <= 4 ? entry + 8 : pointed;
        if (at + count * bytes > file.bytes().length) {
          if (tag >= WIDTH && tag <= JPEG_TABLES) {
            throw file.damaged("its tag %d points beyond its end".formatted(tag));
          }
          continue;
        }
        tags.putIfAbsent(tag, new Values(at, count, bytes));
      }
    }
    return new TiffHeader(little, tags);
  }

  boolean has(int tag) {
    return tags.containsKey(tag);
  }

  /** How many values a tag has. */
  long count(int tag) {
    return has(tag) ? tags.get(tag).count() : 0;
  }

  /** A value of a tag, or another where the tag is absent. */
  long value(ImageFile file, int tag, long index, long absent) throws ImageException {
    Values values = tags.get(tag);
    if (values == null) {
      return absent;
    }
    if (index >= values.count()) {
      throw file.damaged("its tag %d has %d values".formatted(tag, values.count()));
    }
    long at = values.at() + index * values.bytes();
    return switch (values.bytes()) {
      case 1 -> file.u8(at);
      case 2 -> little ? file.u16Little(at) : file.u16Big(at);
      default -> little ? file.u32Little(at) : file.u32Big(at);
    };
  }

  /** The first value of a tag, cut to what an int holds. */
  int first(ImageFile file, int tag, int absent) throws ImageException {
    return (int) Math.min(Integer.MAX_VALUE, value(file, tag, 0, absent));
  }
}
