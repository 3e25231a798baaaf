package org.resnext4j.vision;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SinglePixelPackedSampleModel;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.resnext4j.vision.jpeg.JpegDecoder;
import org.resnext4j.vision.jpeg.JpegHeader;
import org.resnext4j.vision.jpeg.YccColours;
import org.resnext4j.vision.webp.WebpDecoder;

/**
 * From a file to red, green and blue samples, through the decoders of the JDK (JPEG, PNG, BMP, GIF)
 * and of TwelveMonkeys (lossless WebP), and our own of lossy WebP.
 *
 * <p>The decoders are asked for raw samples wherever they give them, and the colours are computed
 * here: ImageIO would convert by colour profiles, which Pillow's {@code convert("RGB")} does not.
 */
public final class Decoder {

  private Decoder() {}

  /** The JDK's own decoders, whatever plugins the class path holds, found once. */
  private static final class Platform {

    private static final List<ImageReaderSpi> PROVIDERS = providers();

    private static List<ImageReaderSpi> providers() {
      Iterator<ImageReaderSpi> all =
          IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
      Iterable<ImageReaderSpi> each = () -> all;
      return StreamSupport.stream(each.spliterator(), false)
          .filter(p -> p.getClass().getModule() == ImageReader.class.getModule())
          .toList();
    }
  }

  private static ImageReaderSpi provider(ImageFormat format) throws ImageException {
    if (format == ImageFormat.WEBP) {
      return new WebPImageReaderSpi();
    }
    for (ImageReaderSpi provider : Platform.PROVIDERS) {
      if (List.of(provider.getMIMETypes()).contains(format.mediaType)) {
        return provider;
      }
    }
    throw new ImageException("this Java runtime has no decoder of " + format.title + " pictures");
  }

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
        };
    return sized(file, header, image);
  }

  /** Decodes by the JDK's decoders, and TwelveMonkeys' of WebP. */
  public static Image platform(ImageFile file, ImageHeader header) throws ImageException {
    FileStream stream = new FileStream(file.bytes());
    try {
      ImageReader reader = provider(file.format()).createReaderInstance();
      try {
        reader.setInput(stream, true, true);
        Image image =
            switch (file.format()) {
              case JPEG -> jpeg(JpegHeader.read(file), reader.readRaster(0, null));
              case PNG, GIF, BMP, WEBP, PNM -> samples(reader.read(0));
            };
        if (stream.exhausted() && file.format() == ImageFormat.JPEG) {
          throw file.damaged("its data end early"); // The decoder would have filled up with grey.
        }
        return sized(file, header, image);
      } finally {
        reader.dispose();
      }
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Decoders meet damaged files with every kind of unchecked exception.
      throw stream.exhausted()
          ? file.damaged("its data end early", e)
          : file.damaged("it cannot be decoded: " + reason(e), e);
    }
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

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
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

  private static Image jpeg(JpegHeader header, Raster raster) {
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int height = raster.getHeight();
    int width = raster.getWidth();
    return switch (header.colours()) {
      case RGB -> new Image(height, width, samples);
      case YCC -> {
        YccColours.toRgb(samples, Image.CHANNELS);
        yield new Image(height, width, samples);
      }
      case GREY -> {
        Image image = Image.black(height, width);
        byte[] rgb = image.rgb();
        for (int i = 0; i < samples.length; i++) {
          rgb[3 * i] = samples[i];
          rgb[3 * i + 1] = samples[i];
          rgb[3 * i + 2] = samples[i];
        }
        yield image;
      }
      case CMYK, YCCK -> {
        if (header.colours() == JpegHeader.Colours.YCCK) {
          YccColours.toRgb(samples, 4);
          for (int i = 0; i < samples.length; i++) {
            samples[i] = i % 4 == 3 ? samples[i] : (byte) ~samples[i];
          }
        }
        Image image = Image.black(height, width);
        inks(samples, image.rgb());
        yield image;
      }
    };
  }

  /** Inks as Adobe stores them, inverted, to colours by Pillow's formula. */
  private static void inks(byte[] cmyk, byte[] rgb) {
    for (int i = 0, to = 0; i < cmyk.length; i += 4, to += Image.CHANNELS) {
      int white = cmyk[i + 3] & 0xff;
      for (int c = 0; c < Image.CHANNELS; c++) {
        int product = (255 - (cmyk[i + c] & 0xff)) * white + 128;
        rgb[to + c] = (byte) Math.max(0, white - (((product >> 8) + product) >> 8));
      }
    }
  }
}
