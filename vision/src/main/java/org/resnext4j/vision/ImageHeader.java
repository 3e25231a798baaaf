package org.resnext4j.vision;

import org.resnext4j.vision.jpeg.JpegHeader;
import org.resnext4j.vision.tiff.TiffDecoder;
import org.resnext4j.vision.webp.WebpHeader;

/**
 * What a file says of its picture before anything is decoded.
 *
 * @param width columns of the decoded picture
 * @param height rows of the decoded picture
 * @param orientation EXIF's 1 to 8; 1 where the file says nothing
 */
public record ImageHeader(int width, int height, int orientation) {

  private static final int UPRIGHT = 1;

  /** Reads the header of any format. */
  public static ImageHeader read(ImageFile file) throws ImageException {
    return switch (file.format()) {
      case JPEG -> {
        JpegHeader jpeg = JpegHeader.read(file);
        yield new ImageHeader(jpeg.width(), jpeg.height(), jpeg.orientation());
      }
      case PNG -> {
        PngDecoder png = PngDecoder.read(file);
        yield new ImageHeader(png.width(), png.height(), png.orientation());
      }
      case BMP -> {
        BmpDecoder bmp = BmpDecoder.read(file);
        yield new ImageHeader(bmp.width(), bmp.height(), UPRIGHT);
      }
      case GIF -> {
        GifDecoder gif = GifDecoder.read(file);
        yield new ImageHeader(gif.width(), gif.height(), UPRIGHT);
      }
      case PNM -> {
        PnmDecoder pnm = PnmDecoder.read(file);
        yield new ImageHeader(pnm.width(), pnm.height(), UPRIGHT);
      }
      case TIFF -> {
        int[] size = TiffDecoder.size(file); // Upright: Pillow turns TIFF pages itself.
        yield new ImageHeader(size[0], size[1], UPRIGHT);
      }
      case WEBP -> {
        WebpHeader webp = WebpHeader.read(file);
        yield new ImageHeader(webp.width(), webp.height(), webp.orientation());
      }
    };
  }

  /**
   * The orientation in a TIFF structure, or 1 where it has none. Damaged metadata is no reason to
   * refuse a picture, so whatever cannot be read counts as absent.
   */
  public static int exifOrientation(ImageFile file, long tiff) {
    try {
      boolean little = file.contains(tiff, "II");
      if (!little && !file.contains(tiff, "MM")) {
        return UPRIGHT;
      }
      long directory = tiff + (little ? file.u32Little(tiff + 4) : file.u32Big(tiff + 4));
      int entries = little ? file.u16Little(directory) : file.u16Big(directory);
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + 12L * i;
        if ((little ? file.u16Little(entry) : file.u16Big(entry)) == 0x0112) {
          int value = little ? file.u16Little(entry + 8) : file.u16Big(entry + 8);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (ImageException e) {
      return UPRIGHT;
    }
  }
}
