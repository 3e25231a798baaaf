package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;

/**
 * Applies one random operation of random strength: torchvision's {@code TrivialAugmentWide} (Müller
 * and Hutter 2021) with its fourteen operations, its 31 strengths and nearest-neighbour geometry.
 */
public record TrivialAugment() implements Augmentation {

  private static final int STRENGTHS = 31;

  /** The operations, in torchvision's order. */
  enum Operation {
    IDENTITY,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    ROTATE,
    BRIGHTNESS,
    COLOUR,
    CONTRAST,
    SHARPNESS,
    POSTERIZE,
    SOLARIZE,
    AUTO_CONTRAST,
    EQUALIZE;

    /** Returns the operation's magnitude for a strength of 0 to 30, without a sign. */
    double magnitude(int strength) {
      double part = strength / (STRENGTHS - 1.0);
      return switch (this) {
        case IDENTITY, AUTO_CONTRAST, EQUALIZE -> 0;
        case SHEAR_X, SHEAR_Y, BRIGHTNESS, COLOUR, CONTRAST, SHARPNESS -> 0.99 * part;
        case TRANSLATE_X, TRANSLATE_Y -> 32 * part;
        case ROTATE -> 135 * part;
        case POSTERIZE -> 8 - Math.rint(6 * part);
        case SOLARIZE -> 255 - 255 * part;
      };
    }

    /** Whether the magnitude has a random sign. */
    boolean signed() {
      return switch (this) {
        case IDENTITY, POSTERIZE, SOLARIZE, AUTO_CONTRAST, EQUALIZE -> false;
        case SHEAR_X,
            SHEAR_Y,
            TRANSLATE_X,
            TRANSLATE_Y,
            ROTATE,
            BRIGHTNESS,
            COLOUR,
            CONTRAST,
            SHARPNESS ->
            true;
      };
    }

    /** Returns the changed picture. */
    Image apply(Image image, double magnitude) {
      float factor = (float) (1 + magnitude);
      return switch (this) {
        case IDENTITY -> image;
        case SHEAR_X -> Geometry.affine(image, 1, magnitude, 0, 0, 1, 0);
        case SHEAR_Y -> Geometry.affine(image, 1, 0, 0, magnitude, 1, 0);
        case TRANSLATE_X -> Geometry.affine(image, 1, 0, -(int) magnitude, 0, 1, 0);
        case TRANSLATE_Y -> Geometry.affine(image, 1, 0, 0, 0, 1, -(int) magnitude);
        case ROTATE -> Geometry.rotate(image, magnitude);
        case BRIGHTNESS -> Colours.brightness(image, factor);
        case COLOUR -> Colours.saturation(image, factor);
        case CONTRAST -> Colours.contrast(image, factor);
        case SHARPNESS -> Colours.sharpness(image, factor);
        case POSTERIZE -> Colours.posterize(image, (int) magnitude);
        case SOLARIZE -> Colours.solarize(image, magnitude);
        case AUTO_CONTRAST -> Colours.autoContrast(image);
        case EQUALIZE -> Colours.equalize(image);
      };
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    Operation operation = Operation.values()[random.nextInt(Operation.values().length)];
    double magnitude = operation.magnitude(random.nextInt(STRENGTHS));
    boolean negative = random.nextBoolean() && operation.signed();
    return operation.apply(image, negative ? -magnitude : magnitude);
  }
}
