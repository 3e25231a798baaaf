package org.resnext4j.vision.jpeg;

import org.resnext4j.vision.Image;

/** Four planes of inks, as Adobe stores them inverted, to colours by Pillow's formula. */
final class JpegInks {

  private JpegInks() {}

  /**
   * The picture.
   *
   * @param convert whether the first three planes are luminance and colour differences
   */
  static Image image(JpegPlane[] planes, boolean convert) {
    int height = planes[0].height;
    int width = planes[0].width;
    Image image = Image.black(height, width);
    byte[] rgb = image.rgb();
    byte[] inks = new byte[width * 4];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < planes.length; c++) {
        for (int x = 0; x < width; x++) {
          inks[4 * x + c] = planes[c].samples[y * planes[c].stride + x];
        }
      }
      if (convert) {
        YccColours.toRgb(inks, 4);
      }
      for (int x = 0; x < width; x++) {
        int white = inks[4 * x + 3] & 0xff;
        for (int c = 0; c < Image.CHANNELS; c++) {
          int sample = inks[4 * x + c] & 0xff;
          int product = (convert ? sample : 255 - sample) * white + 128;
          rgb[(y * width + x) * Image.CHANNELS + c] =
              (byte) Math.max(0, white - (((product >> 8) + product) >> 8));
        }
      }
    }
    return image;
  }
}
