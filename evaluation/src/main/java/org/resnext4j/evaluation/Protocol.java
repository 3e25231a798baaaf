package org.resnext4j.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;
import org.resnext4j.vision.transform.TenCrop;

/**
 * How a picture is shown to the network: once, its centre; or ten times, as the paper's ten-crop
 * tests do, the logits of the crops averaged as its released code does.
 *
 * @param preprocessing resize, crop, mean and deviation
 * @param tenCrop whether the four corners, the middle and their mirror images are shown
 */
public record Protocol(Preprocessing preprocessing, boolean tenCrop) {

  /** The centre, once. */
  public static Protocol single(Preprocessing preprocessing) {
    return new Protocol(preprocessing, false);
  }

  /** How often each picture is shown. */
  public int crops() {
    return tenCrop ? 10 : 1;
  }

  /** What the board calls it, such as {@code 224 of 256}. */
  public String setting() {
    String filter =
        preprocessing.interpolation() == Interpolation.BILINEAR
            ? ""
            : ", " + preprocessing.interpolation().name().toLowerCase(Locale.ROOT);
    return "%s%d of %d%s"
        .formatted(
            tenCrop ? "ten crops of " : "", preprocessing.crop(), preprocessing.resize(), filter);
  }

  /**
   * Writes what the network sees, {@code [crops, height, width, channels]}.
   *
   * @param alter what is done to each crop before it becomes numbers, such as a corruption
   */
  void apply(Image image, UnaryOperator<Image> alter, float[] destination, int offset) {
    List<Image> crops =
        tenCrop
            ? new TenCrop(preprocessing.crop())
                .apply(
                    Resize.shorterSide(preprocessing.resize(), preprocessing.interpolation())
                        .apply(preprocessing.inChannels(image)))
            : List.of(preprocessing.cropped(image));
    int at = offset;
    for (Image crop : crops) {
      preprocessing.normalize().apply(alter.apply(crop), destination, at);
      at += preprocessing.elements();
    }
  }
}
