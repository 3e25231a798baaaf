package org.resnext4j.detection.network;

import java.util.List;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.vision.Image;

/**
 * A detector's input batch, prepared as torchvision does: each picture is normalised, resized and
 * placed at the upper left of a batch of zeros, whose sides are multiples of 32.
 *
 * @param shape of the batch
 * @param values of the batch
 * @param sizes of the resized pictures within it
 */
@SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
public record PictureBatch(Shape shape, float[] values, List<Size> sizes) {

  private static final int DIVISOR = 32;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  /** Copies the list. */
  public PictureBatch {
    sizes = List.copyOf(sizes);
  }

  /**
   * Height and width of a picture.
   *
   * @param height rows of pixels
   * @param width pixels in a row
   */
  public record Size(int height, int width) {

    /**
     * The size to resize to: the shorter side gets {@code shorter} pixels, unless the longer side
     * would then exceed {@code longer}. Fractions are cut off.
     *
     * @throws IllegalArgumentException if a side would have no pixel
     */
    public Size resized(int shorter, int longer) {
      double scale =
          Math.min(
              (double) shorter / Math.min(height, width),
              (double) longer / Math.max(height, width));
      Size resized = new Size((int) (height * scale), (int) (width * scale));
      if (resized.height < 1 || resized.width < 1) {
        throw new IllegalArgumentException(
            "a picture of %d×%d pixels is too narrow to be resized to a longer side of %d"
                .formatted(height, width, longer));
      }
      return resized;
    }
  }

  /**
   * Prepares pictures.
   *
   * @param shorter length that the shorter side of each gets
   * @param longer most that the longer side may get
   * @throws IllegalArgumentException if there is none, or one is too narrow
   */
  public static PictureBatch of(List<Image> pictures, int shorter, int longer) {
    return of(
        pictures,
        pictures.stream()
            .map(picture -> new Size(picture.height(), picture.width()).resized(shorter, longer))
            .toList());
  }

  /**
   * Prepares pictures.
   *
   * @param sizes that the pictures are resized to
   * @throws IllegalArgumentException if there is no picture
   */
  public static PictureBatch of(List<Image> pictures, List<Size> sizes) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one picture");
    }
    Shape shape =
        new Shape(
            pictures.size(),
            padded(sizes.stream().mapToInt(Size::height).max().orElseThrow()),
            padded(sizes.stream().mapToInt(Size::width).max().orElseThrow()),
            Image.CHANNELS);
    float[] values = new float[Math.toIntExact(shape.elements())];
    int length = values.length / pictures.size();
    for (int i = 0; i < pictures.size(); i++) {
      resize(pictures.get(i), sizes.get(i), values, i * length, shape.width());
    }
    return new PictureBatch(shape, values, sizes);
  }

  private static int padded(int side) {
    return (side + DIVISOR - 1) / DIVISOR * DIVISOR;
  }

  /** Resizes bilinearly between pixel centres, without antialiasing. */
  private static void resize(Image picture, Size size, float[] to, int start, int rowLength) {
    float[][] normalised = new float[Image.CHANNELS][256];
    for (int channel = 0; channel < Image.CHANNELS; channel++) {
      for (int sample = 0; sample < 256; sample++) {
        normalised[channel][sample] = (sample / 255f - MEAN[channel]) / DEVIATION[channel];
      }
    }
    for (int y = 0; y < size.height(); y++) {
      float sourceY = source(y, picture.height(), size.height());
      int upper = Math.min((int) sourceY, picture.height() - 1);
      int lower = Math.min(upper + 1, picture.height() - 1);
      float down = sourceY - upper;
      int at = start + y * rowLength * Image.CHANNELS;
      for (int x = 0; x < size.width(); x++) {
        float sourceX = source(x, picture.width(), size.width());
        int left = Math.min((int) sourceX, picture.width() - 1);
        int next = Math.min(left + 1, picture.width() - 1);
        float right = sourceX - left;
        for (int channel = 0; channel < Image.CHANNELS; channel++) {
          float[] values = normalised[channel];
          float above =
              (1 - right) * values[picture.sample(upper, left, channel)]
                  + right * values[picture.sample(upper, next, channel)];
          float below =
              (1 - right) * values[picture.sample(lower, left, channel)]
                  + right * values[picture.sample(lower, next, channel)];
          to[at++] = (1 - down) * above + down * below;
        }
      }
    }
  }

  private static float source(int place, int from, int to) {
    return Math.max(0, (float) from / to * (place + 0.5f) - 0.5f);
  }
}
