package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/**
 * Changes brightness, contrast, saturation and hue at random and in random order, as torchvision's
 * {@code ColorJitter} does.
 *
 * @param brightness range of the factor: it is uniform from 1 - brightness (not below 0) to 1 +
 *     brightness
 * @param contrast range of the factor, as for brightness
 * @param saturation range of the factor, as for brightness
 * @param hue range of the shift: it is uniform from -hue to hue, in turns of the colour circle, at
 *     most 0.5
 */
public record ColourJitter(double brightness, double contrast, double saturation, double hue)
    implements Augmentation {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is negative, or the hue exceeds 0.5
   */
  public ColourJitter {
    if (brightness < 0 || contrast < 0 || saturation < 0 || hue < 0 || hue > 0.5) {
      throw new IllegalArgumentException(
          "colour jitter needs values of 0 or more and a hue of at most 0.5, but found %s, %s, %s, %s"
              .formatted(brightness, contrast, saturation, hue));
    }
  }

  /**
   * Changes brightness, contrast and saturation by up to 0.4, as in the paper's ImageNet recipe.
   */
  public ColourJitter() {
    this(0.4, 0.4, 0.4, 0);
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    int[] order = {0, 1, 2, 3};
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    // This method draws all factors before it applies one. The factors do not depend on the order.
    float brightnessFactor = factor(brightness, random);
    float contrastFactor = factor(contrast, random);
    float saturationFactor = factor(saturation, random);
    double shift = new Range(-hue, hue).draw(random);
    Image result = image;
    for (int step : order) {
      result =
          switch (step) {
            case 0 -> brightness == 0 ? result : Colours.brightness(result, brightnessFactor);
            case 1 -> contrast == 0 ? result : Colours.contrast(result, contrastFactor);
            case 2 -> saturation == 0 ? result : Colours.saturation(result, saturationFactor);
            default -> hue == 0 ? result : Colours.hue(result, shift);
          };
    }
    return result;
  }

  private static float factor(double strength, RandomGenerator random) {
    return (float) new Range(Math.max(0, 1 - strength), 1 + strength).draw(random);
  }
}
