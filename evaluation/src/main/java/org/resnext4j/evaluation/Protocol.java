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
 * The crops of a picture that the network reads: the centre, or the ten crops of the paper's tests,
 * whose logits are averaged as in the paper's code.
 *
 * {@snippet :
 * Protocol tenCrops = new Protocol(Preprocessing.imagenet(), true);
 * String setting = tenCrops.setting(); // ten crops of 224 of 256
 * }
 *
 * @param preprocessing resize, crop, mean and deviation
 * @param tenCrop whether to use the four corners, the centre and their mirror images
 */
public record Protocol(Preprocessing preprocessing, boolean tenCrop) {

  /** The centre crop. */
  public static Protocol single(Preprocessing preprocessing) {
    return new Protocol(preprocessing, false);
  }

  /** Number of crops of each picture. */
  public int crops() {
    return tenCrop ? 10 : 1;
  }

  /** Name of the protocol on the results board, such as {@code 224 of 256}. */
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
   * Writes the normalised crops of a picture.
   *
   * @param image the picture
   * @param alter change of each crop before it is normalised, such as a corruption
   * @param destination receives {@code [crops, height, width, channels]}
   * @param offset index of the first number in the destination
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
