package org.resnext4j.vision.webp;

import org.resnext4j.vision.Image;

/**
 * Converts the planes of a VP8 frame to red, green and blue with libwebp's interpolation and
 * rounding.
 */
final class Vp8Colours {

  private Vp8Colours() {}

  /** Computes the picture. The chrominance planes have half its rows and columns, rounded up. */
  static Image image(int height, int width, Vp8Plane luma, Vp8Plane blue, Vp8Plane red) {
    Image image = Image.black(height, width);
    int last = (height + 1) / 2 - 1;
    int to = 0;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.max(0, Math.min(last, y % 2 == 0 ? near - 1 : near + 1));
      for (int x = 0; x < width; x++) {
        int u = interpolated(blue, near, far, x, width);
        int v = interpolated(red, near, far, x, width);
        int bright = (luma.get(luma.at(y, x)) * 19077) >> 8;
        image.rgb()[to++] = clip(bright + ((v * 26149) >> 8) - 14234);
        image.rgb()[to++] = clip(bright - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
        image.rgb()[to++] = clip(bright + ((u * 33050) >> 8) - 17685);
      }
    }
    return image;
  }

  /**
   * Interpolates a chrominance sample at a pixel: 9/16 of the nearest sample, 3/16 of each of its
   * two neighbours, 1/16 of the diagonal neighbour, rounded in libwebp's two steps.
   */
  private static int interpolated(Vp8Plane plane, int near, int far, int x, int width) {
    int column = x / 2;
    int other = x % 2 == 0 ? column - 1 : column + 1;
    int a = plane.get(plane.at(near, column));
    int b = plane.get(plane.at(far, column));
    if (other < 0 || other > (width - 1) / 2) {
      return (3 * a + b + 2) >> 2;
    }
    int c = plane.get(plane.at(near, other));
    int d = plane.get(plane.at(far, other));
    int diagonal = (a + b + c + d + 8 + 2 * (b + c)) >> 3;
    return (diagonal + a) >> 1;
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> 6));
  }
}
