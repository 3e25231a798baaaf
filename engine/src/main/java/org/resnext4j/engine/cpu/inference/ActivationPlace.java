package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.graph.Shape;

/**
 * The place of an activation in a plan's memory: {@code [picture, row, pixel, place]} with a border
 * of zero pixels around each picture, which serves as the padding of the convolution that reads it.
 * The leading dimensions are {@link #pixelStep} and {@link #rowStep}, in floats.
 *
 * @param base index of the first pixel of the border
 * @param shape logical shape
 * @param layout order and places of a pixel's channels
 * @param halo width of the border on every side, in pixels
 */
record ActivationPlace(int base, Shape shape, ChannelLayout layout, int halo) {

  /** Length in floats. */
  static long length(Shape shape, ChannelLayout layout, int halo) {
    return (long) shape.batch()
        * (shape.height() + 2 * halo)
        * (shape.width() + 2 * halo)
        * layout.stride();
  }

  /** From one row of pixels to the next. */
  int rowStep() {
    return (shape.width() + 2 * halo) * layout.stride();
  }

  /** From one pixel to the next. */
  int pixelStep() {
    return layout.stride();
  }

  /** The steps from pixel to pixel, for kernels that compute a number of vectors of each. */
  PixelSteps steps(int vectors) {
    return new PixelSteps(rowStep(), pixelStep(), vectors);
  }

  /** Offset of a pixel from the base; rows and columns may reach into the border. */
  int pixel(int picture, int y, int x) {
    return ((picture * (shape.height() + 2 * halo) + y + halo) * (shape.width() + 2 * halo)
            + x
            + halo)
        * layout.stride();
  }

  /**
   * The offset of the pixel at every place of an output, row by row.
   *
   * @param stride step between the places, in pixels
   * @param padding how far the first place lies in the border
   * @param height places in a column
   * @param width places in a row
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
