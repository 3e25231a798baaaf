package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.graph.Shape;

/**
 * The place of an activation in a plan's memory: {@code [picture, row, pixel, place]}. A border of
 * zero pixels surrounds each picture and serves as the padding of convolutions. The leading
 * dimensions are {@link #pixelStep} and {@link #rowStep}, in floats.
 *
 * @param base index of the first pixel of the border
 * @param shape shape of the activation, without the border
 * @param layout the places of a pixel's channels
 * @param halo width of the border on every side, in pixels
 */
record ActivationPlace(int base, Shape shape, ChannelLayout layout, int halo) {

  /** The number of floats that an activation needs. */
  static long length(Shape shape, ChannelLayout layout, int halo) {
    return (long) shape.batch()
        * (shape.height() + 2 * halo)
        * (shape.width() + 2 * halo)
        * layout.stride();
  }

  /** The distance between neighbouring rows, in floats. */
  int rowStep() {
    return (shape.width() + 2 * halo) * layout.stride();
  }

  /** The distance between neighbouring pixels, in floats. */
  int pixelStep() {
    return layout.stride();
  }

  /** The distances for kernels that compute some vectors of each pixel. */
  PixelSteps steps(int vectors) {
    return new PixelSteps(rowStep(), pixelStep(), vectors);
  }

  /** The offset of a pixel from the base. The pixel may lie in the border. */
  int pixel(int picture, int y, int x) {
    return ((picture * (shape.height() + 2 * halo) + y + halo) * (shape.width() + 2 * halo)
            + x
            + halo)
        * layout.stride();
  }

  /**
   * The offset of the input pixel of every output pixel, row by row.
   *
   * @param stride distance between neighbouring input pixels, in pixels
   * @param padding distance of the first input pixel from the picture's edge, in pixels of the
   *     border
   * @param height rows of the output
   * @param width pixels in a row of the output
   */
  int[] pixels(int stride, int padding, int height, int width) {
    int[] offsets = new int[shape.batch() * height * width];
    int at = 0;
    for (int picture = 0; picture < shape.batch(); picture++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          offsets[at++] = pixel(picture, y * stride - padding, x * stride - padding);
        }
      }
    }
    return offsets;
  }
}
