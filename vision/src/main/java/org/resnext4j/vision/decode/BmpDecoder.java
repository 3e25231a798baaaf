package org.resnext4j.vision.decode;

import java.util.Arrays;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * Decodes the BMP files that Pillow reads: headers of Windows and OS/2, palettes of 1, 4 and 8
 * bits, pixels of 16, 24 and 32 bits with the usual masks, run lengths of 4 and 8 bits. The decoder
 * ignores the file's size in the header.
 *
 * <p>The JDK's decoder trusts that size, refuses OS/2's second header, and spends excessive memory
 * and time on a damaged palette or run.
 *
 * @param file the file
 * @param width columns
 * @param height rows
 * @param topDown whether the first row is the top one
 * @param bits number of bits of a pixel
 * @param compression 0 none, 1 runs of 8 bits, 2 runs of 4 bits, 3 masks
 * @param masks masks of red, green and blue, if the compression is 3
 * @param palette offset of the palette in the file
 * @param colours number of colours in the palette
 * @param entry number of bytes of a palette colour
 * @param pixels offset of the pixels in the file
 */
record BmpDecoder(
    ImageFile file,
    int width,
    int height,
    boolean topDown,
    int bits,
    int compression,
    Masks masks,
    long palette,
    int colours,
    int entry,
    long pixels)
    implements Decoder {

  /** The bit masks of red, green, blue and alpha in a pixel. */
  record Masks(int red, int green, int blue, int alpha) {

    static final Masks NONE = new Masks(0, 0, 0, 0);
  }

  private static final int HEADER = 14;
  private static final int OS2 = 12;
  private static final int WINDOWS = 40;
  private static final int MOST_COLOURS = 1 << 16;

  static BmpDecoder open(ImageFile file) throws ImageException {
    long header = file.u32Little(HEADER);
    long offset = file.u32Little(10);
    if (header == OS2) {
      int bits = file.u16Little(24);
      long palette = HEADER + OS2;
      int colours = bits <= 8 ? 1 << bits : 0;
      return new BmpDecoder(
              file,
              file.u16Little(18),
              file.u16Little(20),
              false,
              bits,
              0,
              Masks.NONE,
              palette,
              colours,
              3,
              offset == 0 ? palette + 3L * colours : offset)
          .checked();
    }
    if (header != WINDOWS && header != 64 && header != 108 && header != 124) {
      throw file.damaged("its header has %d bytes".formatted(header));
    }
    boolean topDown = file.u8(25) == 0xff;
    int width = file.s32Little(18);
    int height = topDown ? -file.s32Little(22) : file.s32Little(22);
    int bits = file.u16Little(28);
    long compression = file.u32Little(30);
    long said = file.u32Little(46);
    long palette = HEADER + header;
    Masks masks = Masks.NONE;
    if (compression == 3) {
      masks =
          new Masks(
              file.s32Little(54),
              file.s32Little(58),
              file.s32Little(62),
              header == WINDOWS ? 0 : file.s32Little(66));
      palette += header == WINDOWS ? 12 : 0;
    }
    if (compression > 3) {
      throw file.damaged("its compression %d is not supported".formatted(compression));
    }
    if (bits <= 8 && said > MOST_COLOURS) {
      throw file.damaged("its palette has %d colours".formatted(said));
    }
    int colours = bits > 8 ? 0 : said == 0 ? 1 << bits : (int) said;
    if (offset == HEADER + header && bits <= 8) {
      offset += 4L * colours; // Some writers' offsets omit the palette.
    }
    return new BmpDecoder(
            file,
            width,
            height,
            topDown,
            bits,
            (int) compression,
            masks,
            palette,
            colours,
            4,
            offset == 0 ? palette + 4L * colours : offset)
        .checked();
  }

  private BmpDecoder checked() throws ImageException {
    boolean known =
        switch (bits) {
          case 1, 4, 8 -> compression < 3;
          case 16, 24, 32 -> compression == 0 || (compression == 3 && channels() != null);
          default -> false;
        };
    if (!known) {
      throw file.damaged(
          "pixels of %d bits with compression %d and these masks are not supported"
              .formatted(bits, compression));
    }
    return this;
  }

  /**
   * Returns the positions of red, green and blue in a pixel's bytes; empty for pixels of 16 bits.
   */
  private int[] channels() {
    if (bits == 16) {
      boolean five = masks.red() == 0x7c00 && masks.green() == 0x3e0;
      boolean six = masks.red() == 0xf800 && masks.green() == 0x7e0;
      return (five || six) && masks.blue() == 0x1f ? new int[0] : null;
    }
    if (compression == 0 || (bits == 32 && masks.equals(Masks.NONE))) {
      return new int[] {2, 1, 0};
    }
    int alpha = masks.alpha();
    if (masks.red() == 0xff0000 && masks.green() == 0xff00 && masks.blue() == 0xff) {
      return bits == 24 || alpha == 0 || alpha == 0xff000000 ? new int[] {2, 1, 0} : null;
    }
    if (bits == 32 && masks.red() == 0xff000000 && masks.green() == 0xff0000) {
      return masks.blue() == 0xff00 && (alpha == 0 || alpha == 0xff) ? new int[] {3, 2, 1} : null;
    }
    if (bits == 32 && masks.red() == 0xff && masks.green() == 0xff00) {
      return masks.blue() == 0xff0000 && alpha == 0xff000000 ? new int[] {0, 1, 2} : null;
    }
    return null;
  }

  @Override
  public int bytesOfPixel() {
    return Image.CHANNELS + 1;
  }

  @Override
  public Image decode() throws ImageException {
    Image image = Image.black(height, width);
    if (compression == 1 || compression == 2) {
      byte[] indices = runs();
      int[] palette = table();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          put(image, y, x, palette[indices[y * width + x] & 0xff]);
        }
      }
      return image;
    }
    long stride = ((long) width * bits + 31) / 32 * 4;
    // The last row may lack its padding.
    long length = stride * (height - 1) + ((long) width * bits + 7) / 8;
    boolean whole = pixels + length <= file.bytes().length;
    if (!whole && !file.truncated()) {
      throw file.endsEarly();
    }
    int[] palette = bits <= 8 ? table() : new int[0];
    for (int y = 0; y < height; y++) {
      long from = pixels + y * stride;
      if (from + stride > file.bytes().length && !whole) {
        break;
      }
      row(image, y, (int) from, palette);
    }
    return image;
  }

  private void row(Image image, int y, int from, int[] palette) {
    byte[] in = file.bytes();
    int[] order = bits <= 8 ? new int[0] : channels();
    boolean six = compression == 3 && masks.red() == 0xf800;
    for (int x = 0; x < width; x++) {
      int colour;
      if (bits <= 8) {
        int at = x * bits;
        int index = (in[from + at / 8] & 0xff) >> (8 - bits - at % 8) & ((1 << bits) - 1);
        colour = palette[index];
      } else if (bits == 16) {
        int pixel = (in[from + 2 * x] & 0xff) | ((in[from + 2 * x + 1] & 0xff) << 8);
        int red = (six ? pixel >> 11 : pixel >> 10) & 31;
        int green = six ? ((pixel >> 5) & 63) * 255 / 63 : ((pixel >> 5) & 31) * 255 / 31;
        colour = ((red * 255 / 31) << 16) | (green << 8) | ((pixel & 31) * 255 / 31);
      } else {
        int at = from + x * (bits / 8);
        colour =
            (in[at + order[0]] & 0xff) << 16
                | (in[at + order[1]] & 0xff) << 8
                | (in[at + order[2]] & 0xff);
      }
      put(image, y, x, colour);
    }
  }

  private void put(Image image, int y, int x, int colour) {
    int at = ((topDown ? y : height - 1 - y) * width + x) * Image.CHANNELS;
    byte[] rgb = image.rgb();
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }

  /** Returns 256 colours. Colours that the file lacks are grey. */
  private int[] table() {
    int[] all = new int[256];
    Arrays.setAll(all, i -> 0x010101 * i);
    byte[] in = file.bytes();
    for (int i = 0; i < Math.min(all.length, colours); i++) {
      long at = palette + (long) entry * i;
      if (at + 3 > in.length) {
        break;
      }
      int from = (int) at;
      all[i] = (in[from + 2] & 0xff) << 16 | (in[from + 1] & 0xff) << 8 | (in[from] & 0xff);
    }
    return all;
  }

  /** Expands run lengths as Pillow does. Every step writes pixels or reads bytes. */
  private byte[] runs() throws ImageException {
    byte[] in = file.bytes();
    byte[] out = new byte[Math.multiplyExact(width, height)];
    boolean four = compression == 2;
    int x = 0;
    int to = 0;
    long at = pixels;
    while (to < out.length && at + 2 <= in.length) {
      int count = in[(int) at] & 0xff;
      int value = in[(int) at + 1] & 0xff;
      at += 2;
      if (count > 0) {
        count = Math.max(0, Math.min(count, width - x));
        int end = Math.min(out.length, to + count);
        for (int i = to; i < end; i++) {
          out[i] = (byte) (!four ? value : (i - to) % 2 == 0 ? value >> 4 : value & 15);
        }
        to += count;
        x += count;
      } else if (value == 0) {
        to = (to + width - 1) / width * width;
        x = 0;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        if (at + 4 > in.length) {
          break;
        }
        // Pillow skips two bytes before it reads the distances.
        long ahead = (in[(int) at + 2] & 0xff) + (in[(int) at + 3] & 0xffL) * width;
        at += 4;
        to = (int) Math.min(out.length, to + ahead);
        x = to % width;
      } else {
        int bytes = four ? value / 2 : value;
        int end = (int) Math.min(in.length, at + bytes);
        for (int i = (int) at; i < end; i++) {
          if (four && to < out.length) {
            out[to++] = (byte) ((in[i] & 0xff) >> 4);
          }
          if (to < out.length) {
            out[to++] = (byte) (four ? in[i] & 15 : in[i]);
          }
        }
        if (end < at + bytes) {
          break;
        }
        at = end;
        x += value;
        at += at % 2;
      }
    }
    if (to < out.length && !file.truncated()) {
      throw file.endsEarly();
    }
    return out;
  }
}
