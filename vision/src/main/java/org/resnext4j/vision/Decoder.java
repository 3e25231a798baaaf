package org.resnext4j.vision;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import org.resnext4j.vision.jpeg.JpegDecoder;
import org.resnext4j.vision.jpeg.JpegHeader;
import org.resnext4j.vision.tiff.TiffDecoder;
import org.resnext4j.vision.webp.WebpDecoder;

/**
 * From a file, or from a picture of the JDK in memory, to red, green and blue samples.
 *
 * <p>Colours are computed from raw samples: the JDK would convert by colour profiles, which
 * Pillow's {@code convert("RGB")} does not.
 */
final class Decoder {

  private Decoder() {}

  /** Decodes the first picture of a file. */
  static Image decode(ImageFile file, ImageHeader header) throws ImageException {
    Image image =
        switch (file.format()) {
          case JPEG -> JpegDecoder.decode(file, JpegHeader.read(file));
          case PNG -> PngDecoder.read(file).decode(file);
          case GIF -> GifDecoder.read(file).decode(file);
          case BMP -> BmpDecoder.read(file).decode(file);
          case WEBP -> WebpDecoder.decode(file);
          case PNM -> PnmDecoder.read(file).decode(file);
          case TIFF -> Orientation.upright(TiffDecoder.decode(file), TiffDecoder.orientation(file));
        };
    return sized(file, header, image);
  }

  /**
   * How many bytes decoding takes at most for each pixel, the picture's own three among them: for
   * JPEG files in several scans, the coefficients of all components; for WebP files, lossless
   * pixels and their transform's.
   */
  static int bytesOfPixel(ImageFile file) throws ImageException {
    return switch (file.format()) {
      case JPEG -> JpegHeader.read(file).bytesOfPixel();
      case PNG, PNM, BMP, GIF -> Image.CHANNELS + 1;
      case WEBP, TIFF -> Image.CHANNELS + 2 * Integer.BYTES;
    };
  }

  private static Image sized(ImageFile file, ImageHeader header, Image image)
      throws ImageException {
    if (image.height() != header.height() || image.width() != header.width()) {
      throw file.damaged(
          "its header says %d×%d pixels and its data %d×%d"
              .formatted(header.width(), header.height(), image.width(), image.height()));
    }
    return image;
  }

  /** The samples of a decoded picture without its alpha. */
  static Image samples(BufferedImage picture) {
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

  /** Samples of fewer than 8 bits are stretched and rounded down, as Pillow does. */
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
        // Pillow, too, takes a colour that the palette lacks for black.
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
   * Samples of 16 bits: Pillow keeps the upper eight, except of grey without alpha, where it keeps
   * values up to 255 and makes all above white.
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
