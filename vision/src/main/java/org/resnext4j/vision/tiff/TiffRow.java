package org.resnext4j.vision.tiff;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/** Converts a row of a segment's samples to Pillow's colours. */
final class TiffRow {

  private final TiffPage page;

  /** The samples of all pixels; a float is stored as its bits. */
  private final int[] values;

  /** Red, green and blue of each index; empty for pages without a palette. */
  private final byte[] palette;

  private TiffRow(TiffPage page, int across, byte[] palette) {
    this.page = page;
    this.values = new int[Math.multiplyExact(across, page.samples())];
    this.palette = palette;
  }

  /**
   * Creates an empty row.
   *
   * @param across pixels of the row
   * @throws ImageException if the page needs a palette and has none
   */
  static TiffRow of(TiffPage page, int across) throws ImageException {
    boolean indexed = page.colours() == TiffPage.Colours.PALETTE;
    return new TiffRow(page, across, indexed ? palette(page) : new byte[0]);
  }

  private static byte[] palette(TiffPage page) throws ImageException {
    int colours = 1 << page.bits();
    TiffHeader header = page.header();
    if (header.count(TiffHeader.COLOUR_MAP) != (long) colours * Image.CHANNELS) {
      throw header
          .file()
          .damaged("its palette has %d numbers".formatted(header.count(TiffHeader.COLOUR_MAP)));
    }
    byte[] all = new byte[colours * Image.CHANNELS];
    for (int i = 0; i < all.length; i++) {
      long index = (long) i % Image.CHANNELS * colours + i / Image.CHANNELS;
      all[i] = (byte) (header.value(TiffHeader.COLOUR_MAP, index, 0) >> 8);
    }
    return all;
  }

  /**
   * Unpacks the samples of a row.
   *
   * @param planes rows of samples, interleaved in one plane or each sample in a separate plane
   * @param y the row
   */
  void unpack(byte[][] planes, int y) {
    int count = values.length / planes.length;
    int from = y * page.stride(values.length / page.samples());
    for (int plane = 0; plane < planes.length; plane++) {
      for (int i = 0; i < count; i++) {
        values[i * planes.length + plane] = sample(planes[plane], from, i);
      }
    }
  }

  private int sample(byte[] in, int from, int i) {
    int bits = page.bits();
    if (bits == 8) {
      return in[from + i] & 0xff;
    }
    if (bits > 12) {
      int value = 0;
      int bytes = bits / Byte.SIZE;
      for (int b = 0; b < bytes; b++) {
        int at = from + i * bytes + (page.header().little() ? bytes - 1 - b : b);
        value = (value << Byte.SIZE) | (in[at] & 0xff);
      }
      return value;
    }
    if (bits == 12) {
      int at = from + i * 3 / 2;
      int both = ((in[at] & 0xff) << 8) | (in[at + 1] & 0xff);
      return i % 2 == 0 ? both >> 4 : both & 0xfff;
    }
    return in[from + i * bits / 8] >> (8 - bits - i * bits % 8) & (1 << bits) - 1;
  }

  /** Stores the colours of the first {@code count} pixels in a row of a picture. */
  void store(Image image, int y, int left, int count) {
    int to = (y * image.width() + left) * Image.CHANNELS;
    byte[] rgb = image.rgb();
    for (int x = 0; x < count; x++) {
      int at = x * page.samples();
      for (int c = 0; c < Image.CHANNELS; c++) {
        rgb[to++] =
            (byte)
                switch (page.colours()) {
                  case WHITE_IS_ZERO, BLACK_IS_ZERO -> grey(values[at]);
                  case PALETTE -> palette[values[at] * Image.CHANNELS + c];
                  case INKS -> ink(eight(values[at + c]), 255 - eight(values[at + 3]));
                  case RGB -> colour(at, c);
                  case YCC -> values[at + c]; // Subsampling converted the segment.
                };
      }
    }
  }

  private int colour(int at, int c) {
    int value = eight(values[at + c]);
    int alpha = page.premultiplied() ? eight(values[at + 3]) : 255;
    return alpha == 0 ? 0 : Math.min(255, 255 * value / alpha);
  }

  /** Pillow clips grey samples of more than 8 bits to 0..255 and does not invert them. */
  private int grey(int value) {
    if (page.kind() == TiffPage.Kind.FLOAT) {
      return (int) Math.clamp(Float.intBitsToFloat(value), 0f, 255f);
    }
    if (page.bits() > 8) {
      boolean signed = page.kind() == TiffPage.Kind.SIGNED && page.bits() == 16;
      return Math.clamp(signed ? (short) value : value, 0, 255);
    }
    int most = (1 << page.bits()) - 1;
    boolean inverted = page.colours() == TiffPage.Colours.WHITE_IS_ZERO;
    return (inverted ? most - value : value) * 255 / most;
  }

  private int eight(int value) {
    return page.bits() == 16 ? value >> 8 : value;
  }

  /** Returns Pillow's product of an ink and the light that passes the black ink. */
  private static int ink(int ink, int white) {
    int product = ink * white + 128;
    return Math.max(0, white - (((product >> 8) + product) >> 8));
  }
}
