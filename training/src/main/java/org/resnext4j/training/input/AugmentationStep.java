package org.resnext4j.training.input;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
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
import org.resnext4j.vision.transform.Interpolation;

/**
 * One random change of a training picture, as data. A recipe lists its steps in order; the classes
 * of {@link org.resnext4j.vision.augment} carry them out.
 *
 * {@snippet :
 * List<AugmentationStep> paper = // of section 4 for CIFAR
 *     List.of(new AugmentationStep.PadAndCrop(4), new AugmentationStep.Flip(0.5));
 * }
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

  /** The same step for pictures of another size; it scales lengths in pixels by the proportion. */
  default AugmentationStep scaled(double proportion) {
    return this;
  }

  /** A step that changes the samples of a picture. */
  sealed interface OfPicture extends AugmentationStep {

    /** The augmentation for a network with this preprocessing. */
    Augmentation resolve(Preprocessing preprocessing);
  }

  /** A step that changes the normalised numbers that the network reads. */
  sealed interface OfNumbers extends AugmentationStep {

    /** The augmentation of numbers that this preprocessing normalised. */
    TensorAugmentation resolve(Preprocessing preprocessing);
  }

  /** Resizes and crops the picture as for validation, without any chance. */
  record Fit() implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return (image, random) -> preprocessing.cropped(image);
    }
  }

  /**
   * Shifts the picture at random and fills the border with black.
   *
   * @param padding largest shift in each direction, in pixels
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
   * Resizes a random rectangle of the picture to the network's size.
   *
   * @param smallest least share of the picture's area that the rectangle has
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
   * Mirrors the picture.
   *
   * @param probability probability of the change
   */
  record Flip(double probability) implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new RandomFlip(probability);
    }
  }

  /**
   * Changes brightness, contrast, saturation and hue in a random order.
   *
   * @param brightness largest distance of the factor of brightness from 1
   * @param contrast largest distance of the factor of contrast from 1
   * @param saturation largest distance of the factor of saturation from 1
   * @param hue largest turn of the hue, in turns of the colour circle
   */
  record Jitter(double brightness, double contrast, double saturation, double hue)
      implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new ColourJitter(brightness, contrast, saturation, hue);
    }
  }

  /** Applies one of fourteen changes with a random strength (Müller and Hutter, 2021). */
  record Trivial() implements OfPicture {
    @Override
    public Augmentation resolve(Preprocessing preprocessing) {
      return new TrivialAugment();
    }
  }

  /**
   * Adds a random colour along the principal components of ImageNet's colours (Krizhevsky et al.,
   * 2012).
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
   * Sets a random rectangle to the mean (Zhong et al., 2020).
   *
   * @param probability probability of the change
   */
  record Erasing(double probability) implements OfNumbers {
    @Override
    public TensorAugmentation resolve(Preprocessing preprocessing) {
      return new RandomErasing(probability, preprocessing.channels());
    }
  }
}
