package org.resnext4j.training.input;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.resnext4j.vision.Interpolation;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.augment.Augmentation;
import org.resnext4j.vision.augment.ColourJitter;
import org.resnext4j.vision.augment.Lighting;
import org.resnext4j.vision.augment.RandomErasing;
import org.resnext4j.vision.augment.RandomFlip;
import org.resnext4j.vision.augment.RandomResizedCrop;
import org.resnext4j.vision.augment.Range;
import org.resnext4j.vision.augment.TensorAugmentation;
import org.resnext4j.vision.augment.TrivialAugment;

/**
 * A random change of a training picture, as data: what a recipe lists, in order. What each does is
 * told where {@link org.resnext4j.vision.augment} does it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AugmentationStep.Fit.class, name = "fit"),
  @JsonSubTypes.Type(value = AugmentationStep.PadAndCrop.class, name = "pad-and-crop"),
  @JsonSubTypes.Type(value = AugmentationStep.ResizedCrop.class, name = "random-resized-crop"),
  @JsonSubTypes.Type(value = AugmentationStep.Flip.class, name = "flip"),
  @JsonSubTypes.Type(value = AugmentationStep.Jitter.class, name = "colour-jitter"),
  @JsonSubTypes.Type(value = AugmentationStep.Trivial.class, name = "trivial-augment"),
  @JsonSubTypes.Type(value = AugmentationStep.Light.class, name = "lighting"),
  @JsonSubTypes.Type(value = AugmentationStep.Erasing.class, name = "random-erasing")
})
public sealed interface AugmentationStep {

  /** The same change for pictures that are smaller in a proportion: lengths in pixels shrink. */
  default AugmentationStep scaled(double proportion) {
    return this;
  }

  /** A change of the picture's samples. */
  sealed interface OfPicture extends AugmentationStep {

    /** The change, for a network that is given pictures as the preprocessing makes them. */
    Augmentation resolve(Preprocessing preprocessing);
  }

  /** A change of the numbers that the network reads. */
  sealed interface OfNumbers extends AugmentationStep {

    /** The change, for numbers as the preprocessing makes them. */
    TensorAugmentation resolve(Preprocessing preprocessing);
  }

  /** No chance: the picture resized and cropped as for validation. */
  record Fit() implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return (image, random) -> preprocessing.cropped(image);
    }
  }

  /**
   * Shifted by some pixels, black where nothing is.
   *
   * @param padding the longest shift in each direction, in pixels
   */
  record PadAndCrop(int padding) implements OfPicture {
    @Override
    public PadAndCrop scaled(double proportion) {
      return new PadAndCrop((int) Math.round(padding * proportion));
    }

    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new org.resnext4j.vision.augment.PadAndCrop(padding);
    }
  }

  /**
   * A random rectangle resized to the network's size.
   *
   * @param smallest share of the picture's area, at least; at most it is all of it
   */
  record ResizedCrop(double smallest) implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new RandomResizedCrop(
          preprocessing.crop(),
          new Range(smallest, 1),
          new Range(3.0 / 4, 4.0 / 3),
          Interpolation.BILINEAR);
    }
  }

  /**
   * The mirror image, sometimes.
   *
   * @param probability of the change
   */
  record Flip(double probability) implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new RandomFlip(probability);
    }
  }

  /**
   * Brightness, contrast, saturation and hue changed in a random order.
   *
   * @param brightness how far the factor strays from 1
   * @param contrast likewise
   * @param saturation likewise
   * @param hue how far the hue turns, in turns of the colour circle
   */
  record Jitter(double brightness, double contrast, double saturation, double hue)
      implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new ColourJitter(brightness, contrast, saturation, hue);
    }
  }

  /** One random change of fourteen, of random strength. */
  record Trivial() implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new TrivialAugment();
    }
  }

  /**
   * A colour added along the principal components of ImageNet's colours.
   *
   * @param strength standard deviation of the components' weights
   */
  record Light(double strength) implements OfNumbers {
    @Override
    public TensorAugmentation resolve(Preprocessing preprocessing) {
      return preprocessing.channels() == 1
          ? TensorAugmentation.none() // Grey pictures have no colours to change.
          : new Lighting(strength, preprocessing.deviation());
    }
  }

  /**
   * A random rectangle set to the mean.
   *
   * @param probability of the change
   */
  record Erasing(double probability) implements OfNumbers {
    @Override
    public TensorAugmentation resolve(Preprocessing preprocessing) {
      return new RandomErasing(probability, preprocessing.channels());
    }
  }
}
