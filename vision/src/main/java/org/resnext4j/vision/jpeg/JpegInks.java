package org.resnext4j.vision.jpeg;

import org.resnext4j.vision.Image;

/** Converts four planes of inks (CMYK), which Adobe stores inverted, to RGB by Pillow's formula. */
final class JpegInks {

  private JpegInks() {}

  /**
   * Computes a row of a picture.
   *
   * @param image picture that receives the row
   * @param convert whether the first three planes are luminance and chrominance (YCCK)
   */
  static void row(JpegPlane[] planes, Image image, int y, boolean convert) {
    int width = image.width();
    byte[] rgb = image.rgb();
    byte[] inks = new byte[width * 4];
    for (int c = 0; c < planes.length; c++) {
      int from = planes[c].row(y);
      for (int x = 0; x < width; x++) {
        inks[4 * x + c] = planes[c].samples[from + x];
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
}
