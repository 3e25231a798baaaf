package org.resnext4j.detection.network;

import java.util.List;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.vision.Image;

/**
 * A detector's input batch. Each picture is normalised, resized and copied to the upper left corner
 * of its part of a batch of zeros. The batch's height and width are multiples of 32. The {@link
 * Conventions} determine the resizing.
 *
 * @param shape shape of the batch
 * @param values values of the batch
 * @param sizes sizes of the resized pictures
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
     * The size of the resized picture: the shorter side gets {@code shorter} pixels, unless the
     * longer side would then exceed {@code longer}. torchvision rounds fractions down; the other
     * programs round them to the nearest integer.
     *
     * @throws IllegalArgumentException if a side would have no pixel
     */
    public Size resized(int shorter, int longer, Conventions conventions) {
      double scale =
          Math.min(
              (double) shorter / Math.min(height, width),
              (double) longer / Math.max(height, width));
      double added = conventions.rounding();
      Size resized = new Size((int) (height * scale + added), (int) (width * scale + added));
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
   * @param shorter length of the shorter side of each resized picture
   * @param longer largest length of the longer side
   * @param conventions conventions for the rounding of sizes and the resizing
   * @throws IllegalArgumentException if there is no picture, or a picture is too narrow
   */
  public static PictureBatch of(
      List<Image> pictures, int shorter, int longer, Conventions conventions) {
    return of(
        pictures,
        pictures.stream()
            .map(picture ->
                new Size(picture.height(), picture.width()).resized(shorter, longer, conventions))
            .toList(),
        conventions);
  }

  /**
   * Prepares pictures.
   *
   * @param sizes sizes of the resized pictures
   * @param conventions conventions for the resizing
   * @throws IllegalArgumentException if there is no picture
   */
  public static PictureBatch of(List<Image> pictures, List<Size> sizes, Conventions conventions) {
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
      Size size = sizes.get(i);
      Image picture = conventions.resized(pictures.get(i), size);
      Target target = new Target(values, i * length, shape.width());
      resize(picture, size, conventions.wholeSamples(), target);
    }
    return new PictureBatch(shape, values, sizes);
  }

  private static int padded(int side) {
    return (side + DIVISOR - 1) / DIVISOR * DIVISOR;
  }

  /**
   * The destination of a picture: an array, the index of its first value, and the length of a row.
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Target(float[] values, int start, int rowLength) {}

  /**
   * Resizes a picture bilinearly between pixel centres, without antialiasing.
   *
   * @param wholeSamples whether results are rounded to integer samples
   */
  private static void resize(Image picture, Size size, boolean wholeSamples, Target target) {
    float[] to = target.values();
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
      int at = target.start() + y * target.rowLength() * Image.CHANNELS;
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
          float value = (1 - down) * above + down * below;
          to[at++] = wholeSamples ? rounded(value, channel) : value;
        }
      }
    }
  }

  /** Rounds a normalised value to the nearest normalised value of an integer sample. */
  private static float rounded(float value, int channel) {
    int sample = Math.round(255 * (value * DEVIATION[channel] + MEAN[channel]));
    return (sample / 255f - MEAN[channel]) / DEVIATION[channel];
  }

  private static float source(int place, int from, int to) {
    return Math.max(0, (float) from / to * (place + 0.5f) - 0.5f);
  }
}
