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
 * Prepares a picture for a network. The shorter side is resized to {@code resize} pixels, the
 * central {@code crop} × {@code crop} pixels are kept, and samples are scaled to 0..1, reduced by
 * the mean and divided by the deviation. Meaning and rounding are those of torchvision's {@code
 * Resize}, {@code CenterCrop}, {@code ToTensor} and {@code Normalize} on a Pillow image.
 *
 * <p>A network of grey pictures has one mean and one deviation. Pictures are then converted to grey
 * levels, as Pillow's {@code convert("L")} does, before they are resized.
 *
 * @param resize length of the shorter side after resizing, in pixels
 * @param crop side of the central square, in pixels; a smaller picture is padded with black pixels
 * @param interpolation filter of the resizing
 * @param mean of red, green and blue, or of grey alone, in units of 0..1
 * @param deviation of the same channels, in units of 0..1, positive
 */
@SuppressWarnings("ArrayRecordComponent") // Copied in and out, compared by content.
public record Preprocessing(
    int resize, int crop, Interpolation interpolation, float[] mean, float[] deviation) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if a size is not positive, or mean and deviation are not three
   *     finite numbers each, or one each, the deviations positive
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
   * The preprocessing of the paper and of torchvision's first weights: 224 pixels out of 256,
   * bilinear.
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
   * The preprocessing of torchvision's second weights ({@code IMAGENET1K_V2}): 224 pixels out of
   * 232, bilinear.
   */
  public static Preprocessing imagenetV2() {
    return imagenet().withSizes(232, 224);
  }

  /** Whole pictures of 32 × 32 pixels, with the mean and deviation of CIFAR-10's training set. */
  public static Preprocessing cifar() {
    return new Preprocessing(
        32,
        32,
        Interpolation.BILINEAR,
        new float[] {125.3f / 255, 123.0f / 255, 113.9f / 255},
        new float[] {63.0f / 255, 62.1f / 255, 66.7f / 255});
  }

  /** This preprocessing with other sizes. */
  public Preprocessing withSizes(int newResize, int newCrop) {
    return new Preprocessing(newResize, newCrop, interpolation, mean, deviation);
  }

  /** This preprocessing with another filter. */
  public Preprocessing withInterpolation(Interpolation newInterpolation) {
    return new Preprocessing(resize, crop, newInterpolation, mean, deviation);
  }

  /** This preprocessing with another mean and deviation. */
  public Preprocessing withNormalization(float[] newMean, float[] newDeviation) {
    return new Preprocessing(resize, crop, interpolation, newMean, newDeviation);
  }

  /**
   * The same for pictures of another number of channels: a grey network's mean and deviation are
   * the averages of the three, and a colour network's three are the one of grey.
   *
   * @param channels 1 for grey, 3 for red, green and blue
   * @throws IllegalArgumentException if it is neither
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

  /** Numbers of a pixel: 3, or 1 for grey pictures. */
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

  /** Rows of the result. */
  public int height() {
    return crop;
  }

  /** Columns of the result. */
  public int width() {
    return crop;
  }

  /** Numbers in the result: height × width × channels. */
  public int elements() {
    return Math.multiplyExact(Math.multiplyExact(crop, crop), channels());
  }

  /**
   * Writes the network's input into {@code destination} from {@code offset} on, {@code [height,
   * width, channels]}.
   */
  public void apply(Image image, float[] destination, int offset) {
    normalize().apply(cropped(image), destination, offset);
  }

  /** The picture in the colours that the network sees: itself, or its grey levels. */
  public Image inChannels(Image image) {
    return channels() == 1 ? Normalize.grey(image) : image;
  }

  /** The picture after resizing and cropping, before normalisation. */
  public Image cropped(Image picture) {
    Image image = inChannels(picture);
    Resize.Size size = resizedSize(image);
    Crop window = window(size);
    int top = window.top();
    int left = window.left();
    // Only pixels that the crop keeps are computed. Pixels outside the resized picture stay black.
    Crop kept =
        new Crop(
            Math.max(0, top),
            Math.max(0, left),
            Math.min(crop, size.height()),
            Math.min(crop, size.width()));
    Image resized = Resize.shorterSide(resize, interpolation).apply(image, Crop.whole(image), kept);
    return new Crop(top - kept.top(), left - kept.left(), crop, crop).apply(resized);
  }

  /** The size that a picture has after resizing and before cropping, in pixels. */
  public Resize.Size resizedSize(Image image) {
    return Resize.shorterSide(resize, interpolation).size(image.height(), image.width());
  }

  /**
   * The part of a resized picture that the network sees, in pixels of the resized picture. It
   * reaches beyond the picture where the picture is padded.
   */
  public Crop window(Resize.Size resized) {
    return new CenterCrop(crop).window(resized.height(), resized.width());
  }

  /** The last step alone, which turns samples into normalised numbers. */
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
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if it is not JSON, or a field is absent or not as expected
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
