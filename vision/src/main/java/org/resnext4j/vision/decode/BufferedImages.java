package org.resnext4j.vision.decode;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import org.resnext4j.vision.Image;

/**
 * Copies the samples of {@link BufferedImage}s.
 *
 * <p>This class computes the colours from the raw samples. The JDK would apply the picture's colour
 * profile; Pillow's {@code convert("RGB")} applies none.
 */
public final class BufferedImages {

  private BufferedImages() {}

  /** Copies the samples of a decoded picture without its alpha channel. */
  public static Image samples(BufferedImage picture) {
    Raster raster = picture.getRaster();
    if (picture.getColorModel() instanceof IndexColorModel palette) {
      return indexed(raster, palette);
    }
    if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && !picture.isAlphaPremultiplied()) {
      if (raster.getDataBuffer() instanceof DataBufferByte buffer && buffer.getNumBanks() == 1) {
        return interleaved(raster, model, buffer);
      }
      if (raster.getDataBuffer() instanceof DataBufferUShort) {
        return wide(raster);
      }
    }
    if (raster.getSampleModel() instanceof SinglePixelPackedSampleModel
        && picture.getColorModel().getColorSpace().isCS_sRGB()
        && !picture.isAlphaPremultiplied()) {
      return packed(raster);
    }
    return converted(picture);
  }

  /** Scales samples of fewer than 8 bits to 0..255 and rounds down, as Pillow does. */
  private static Image packed(Raster raster) {
    Image image = Image.black(raster.getHeight(), raster.getWidth());
    int[] sizes = raster.getSampleModel().getSampleSize();
    int[] row = new int[raster.getWidth() * sizes.length];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int i = 0; i < row.length; i += sizes.length) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          int band = sizes.length < Image.CHANNELS ? 0 : c;
          image.rgb()[to++] = (byte) (row[i + band] * 255 / ((1 << sizes[band]) - 1));
        }
      }
    }
    return image;
  }

  private static Image indexed(Raster raster, IndexColorModel palette) {
    Image image = Image.black(raster.getHeight(), raster.getWidth());
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] row = new int[raster.getWidth()];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int index : row) {
        // A colour that the palette lacks is black, as in Pillow.
        put(image.rgb(), to, index < colours.length ? colours[index] : 0);
        to += Image.CHANNELS;
      }
    }
    return image;
  }

  private static Image interleaved(
      Raster raster, PixelInterleavedSampleModel model, DataBufferByte buffer) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    Image image = Image.black(height, width);
    byte[] in = buffer.getData();
    byte[] out = image.rgb();
    int[] bands = model.getBandOffsets();
    int red = bands[0];
    int green = bands[bands.length < Image.CHANNELS ? 0 : 1];
    int blue = bands[bands.length < Image.CHANNELS ? 0 : 2];
    int step = model.getPixelStride();
    int to = 0;
    for (int y = 0; y < height; y++) {
      int from =
          buffer.getOffset()
              + (y - raster.getSampleModelTranslateY()) * model.getScanlineStride()
              - raster.getSampleModelTranslateX() * step;
      for (int x = 0; x < width; x++) {
        out[to] = in[from + red];
        out[to + 1] = in[from + green];
        out[to + 2] = in[from + blue];
        to += Image.CHANNELS;
        from += step;
      }
    }
    return image;
  }

  /**
   * Converts samples of 16 bits. As Pillow does, this method keeps the upper eight bits, but clips
   * grey samples without alpha to 255.
   */
  private static Image wide(Raster raster) {
    Image image = Image.black(raster.getHeight(), raster.getWidth());
    int bands = raster.getNumBands();
    int[] row = new int[raster.getWidth() * bands];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          int sample = row[i + (bands < Image.CHANNELS ? 0 : c)];
          image.rgb()[to++] = (byte) (bands == 1 ? Math.min(sample, 255) : sample >> 8);
        }
      }
    }
    return image;
  }

  private static Image converted(BufferedImage picture) {
    Image image = Image.black(picture.getHeight(), picture.getWidth());
    int[] row = new int[picture.getWidth()];
    int to = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int colour : row) {
        put(image.rgb(), to, colour);
        to += Image.CHANNELS;
      }
    }
    return image;
  }

  private static void put(byte[] rgb, int at, int colour) {
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }
}
