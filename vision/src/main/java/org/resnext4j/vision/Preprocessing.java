package org.resnext4j.vision;

import java.util.Arrays;
import java.util.Locale;
import org.resnext4j.vision.text.JsonText;
import org.resnext4j.vision.transform.CenterCrop;
import org.resnext4j.vision.transform.Crop;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Normalize;
import org.resnext4j.vision.transform.Resize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prepares a picture for a network. It resizes the shorter side to {@code resize} pixels, crops the
 * central {@code crop} × {@code crop} pixels, scales the samples to 0..1, subtracts the mean and
 * divides by the standard deviation. Definition and rounding are those of torchvision's {@code
 * Resize}, {@code CenterCrop}, {@code ToTensor} and {@code Normalize} on a Pillow image.
 *
 * <p>A network for grey pictures has one mean and one deviation. Preprocessing then converts a
 * picture to grey levels, as Pillow's {@code convert("L")} does, before it resizes the picture.
 *
 * @param resize length of the shorter side after resizing, in pixels
 * @param crop side of the central square, in pixels; a smaller picture is padded with black pixels
 * @param interpolation filter of the resizing
 * @param mean mean of red, green and blue, or only of grey, in units of 0..1
 * @param deviation standard deviation of the same channels, in units of 0..1, positive
 */
@SuppressWarnings("ArrayRecordComponent") // Accessors copy the arrays; equals compares content.
public record Preprocessing(
    int resize, int crop, Interpolation interpolation, float[] mean, float[] deviation) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if a size is not positive, if mean and deviation do not both
   *     have three numbers or both one, if a number is not finite, or if a deviation is not
   *     positive
   */
  public Preprocessing {
    if (resize < 1 || crop < 1) {
      throw new IllegalArgumentException(
          "preprocessing needs positive sizes, but found resize %d and crop %d"
              .formatted(resize, crop));
    }
    mean = mean.clone();
    deviation = deviation.clone();
    if ((mean.length != Image.CHANNELS && mean.length != 1) || deviation.length != mean.length) {
      throw new IllegalArgumentException(
          "preprocessing needs a mean and a deviation of 3 numbers, or of 1 for grey pictures, but found %d and %d"
              .formatted(mean.length, deviation.length));
    }
    for (int c = 0; c < mean.length; c++) {
      if (!Float.isFinite(mean[c]) || !Float.isFinite(deviation[c]) || deviation[c] <= 0) {
        throw new IllegalArgumentException(
            "preprocessing needs finite means and positive deviations, but found %s and %s"
                .formatted(Arrays.toString(mean), Arrays.toString(deviation)));
      }
    }
  }

  /**
   * Returns the preprocessing of the paper and of torchvision's first weights ({@code
   * IMAGENET1K_V1}): a resize to 256 pixels, bilinear, and a crop of 224.
   */
  public static Preprocessing imagenet() {
    return new Preprocessing(
        256,
        224,
        Interpolation.BILINEAR,
        new float[] {0.485f, 0.456f, 0.406f},
        new float[] {0.229f, 0.224f, 0.225f});
  }

  /**
   * Returns the preprocessing of torchvision's second weights ({@code IMAGENET1K_V2}): a resize to
   * 232 pixels, bilinear, and a crop of 224.
   */
  public static Preprocessing imagenetV2() {
    return imagenet().withSizes(232, 224);
  }

  /**
   * Returns the preprocessing of whole pictures of 32 × 32 pixels, with the mean and deviation of
   * CIFAR-10's training set.
   */
  public static Preprocessing cifar() {
    return new Preprocessing(
        32,
        32,
        Interpolation.BILINEAR,
        new float[] {125.3f / 255, 123.0f / 255, 113.9f / 255},
        new float[] {63.0f / 255, 62.1f / 255, 66.7f / 255});
  }

  /** Returns a copy of this preprocessing with other sizes. */
  public Preprocessing withSizes(int newResize, int newCrop) {
    return new Preprocessing(newResize, newCrop, interpolation, mean, deviation);
  }

  /** Returns a copy of this preprocessing with another filter. */
  public Preprocessing withInterpolation(Interpolation newInterpolation) {
    return new Preprocessing(resize, crop, newInterpolation, mean, deviation);
  }

  /** Returns a copy of this preprocessing with another mean and deviation. */
  public Preprocessing withNormalization(float[] newMean, float[] newDeviation) {
    return new Preprocessing(resize, crop, interpolation, newMean, newDeviation);
  }

  /**
   * Converts this preprocessing to another number of channels. From colour to grey, mean and
   * deviation become the averages of the three channels. From grey to colour, all three channels
   * take the values of grey.
   *
   * @param channels 1 for grey, 3 for red, green and blue
   * @throws IllegalArgumentException if the number is neither
   */
  public Preprocessing withChannels(int channels) {
    if (channels != 1 && channels != Image.CHANNELS) {
      throw new IllegalArgumentException(
          "pictures have 1 channel (grey) or 3 (red, green, blue), but the network reads %d"
              .formatted(channels));
    }
    return channels == mean.length
        ? this
        : withNormalization(spread(mean, channels), spread(deviation, channels));
  }

  private static float[] spread(float[] values, int channels) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    float[] result = new float[channels];
    Arrays.fill(result, (float) (sum / values.length));
    return result;
  }

  /** Returns the number of values of a pixel: 3, or 1 for grey pictures. */
  public int channels() {
    return mean.length;
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] deviation() {
    return deviation.clone();
  }

  /** Returns the number of rows of the result. */
  public int height() {
    return crop;
  }

  /** Returns the number of columns of the result. */
  public int width() {
    return crop;
  }

  /** Returns the number of values in the result: height × width × channels. */
  public int elements() {
    return Math.multiplyExact(Math.multiplyExact(crop, crop), channels());
  }

  /**
   * Writes the network's input, of shape {@code [height, width, channels]}, into {@code
   * destination} from {@code offset} on.
   */
  public void apply(Image image, float[] destination, int offset) {
    normalize().apply(cropped(image), destination, offset);
  }

  /**
   * Converts a picture to the network's channels: returns the picture itself, or its grey levels
   * for a network of grey pictures.
   */
  public Image inChannels(Image image) {
    return channels() == 1 ? Normalize.grey(image) : image;
  }

  /** Returns the picture after the resize and the crop, before normalisation. */
  public Image cropped(Image picture) {
    Image image = inChannels(picture);
    Resize.Size size = resizedSize(image);
    Crop window = window(size);
    int top = window.top();
    int left = window.left();
    // The resize computes only pixels inside the crop. Pixels outside the resized picture stay
    // black.
    Crop kept =
        new Crop(
            Math.max(0, top),
            Math.max(0, left),
            Math.min(crop, size.height()),
            Math.min(crop, size.width()));
    Image resized = Resize.shorterSide(resize, interpolation).apply(image, Crop.whole(image), kept);
    return new Crop(top - kept.top(), left - kept.left(), crop, crop).apply(resized);
  }

  /** Returns the size of a picture after the resize and before the crop, in pixels. */
  public Resize.Size resizedSize(Image image) {
    return Resize.shorterSide(resize, interpolation).size(image.height(), image.width());
  }

  /**
   * Returns the crop, in pixels of the resized picture. The crop extends beyond a picture that
   * needs padding.
   */
  public Crop window(Resize.Size resized) {
    return new CenterCrop(crop).window(resized.height(), resized.width());
  }

  /** Returns the last step, which turns samples into normalised numbers. */
  public Normalize normalize() {
    return new Normalize(mean, deviation);
  }

  /** Writes this preprocessing as one line of JSON, which {@link #fromJson} reads. */
  public String toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("resize", resize);
    node.put("crop", crop);
    node.put("interpolation", interpolation.name().toLowerCase(Locale.ROOT));
    put(node.putArray("mean"), mean);
    put(node.putArray("deviation"), deviation);
    return node.toString();
  }

  private static void put(ArrayNode array, float[] values) {
    for (float value : values) {
      array.add(value);
    }
  }

  /**
   * Reads a preprocessing from the JSON that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the text is not JSON, or a field is absent or has an
   *     unexpected value
   */
  public static Preprocessing fromJson(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "preprocessing should be a JSON object, but " + JsonText.problem(e), e);
    }
    return new Preprocessing(
        integer(node, "resize"),
        integer(node, "crop"),
        interpolation(node.path("interpolation").asString("")),
        numbers(node, "mean"),
        numbers(node, "deviation"));
  }

  private static int integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          "preprocessing field '%s' should be an integer, but found %s".formatted(field, value));
    }
    return value.intValue();
  }

  private static Interpolation interpolation(String name) {
    for (Interpolation interpolation : Interpolation.values()) {
      if (interpolation.name().equalsIgnoreCase(name)) {
        return interpolation;
      }
    }
    throw new IllegalArgumentException(
        "preprocessing field 'interpolation' should be bilinear or bicubic, but found '%s'"
            .formatted(name));
  }

  private static float[] numbers(JsonNode node, String field) {
    JsonNode array = node.path(field);
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.path(i).isNumber()) {
        throw new IllegalArgumentException(
            "preprocessing field '%s' should be three numbers, or one for grey pictures, but found %s"
                .formatted(field, array));
      }
      values[i] = array.get(i).floatValue();
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing p
        && resize == p.resize
        && crop == p.crop
        && interpolation == p.interpolation
        && Arrays.equals(mean, p.mean)
        && Arrays.equals(deviation, p.deviation);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mean) ^ Arrays.hashCode(deviation) ^ (resize * 31 + crop);
  }

  @Override
  public String toString() {
    return "Preprocessing" + toJson();
  }
}
