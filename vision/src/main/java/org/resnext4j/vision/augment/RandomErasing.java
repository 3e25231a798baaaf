package org.resnext4j.vision.augment;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Sets a rectangle of random area, aspect ratio and position to zero, which is the mean colour:
 * torchvision's {@code RandomErasing} (Zhong et al. 2020).
 *
 * @param probability probability of the change
 * @param scale range of the rectangle's area divided by the picture's area
 * @param ratio range of the rectangle's height divided by its width; the logarithm is uniform
 * @param channels number of values of a pixel
 */
public record RandomErasing(double probability, Range scale, Range ratio, int channels)
    implements TensorAugmentation {

  private static final int ATTEMPTS = 10;

  /** Erases with torchvision's default scale of 0.02 to 0.33 and ratio of 0.3 to 3.3. */
  public RandomErasing(double probability, int channels) {
    this(probability, new Range(0.02, 0.33), new Range(0.3, 3.3), channels);
  }

  @Override
  public void apply(float[] values, int offset, int height, int width, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      double area = (double) height * width * scale.draw(random);
      double aspect = ratio.drawLogarithmic(random);
      int h = (int) Math.rint(Math.sqrt(area * aspect));
      int w = (int) Math.rint(Math.sqrt(area / aspect));
      if (h < height && w < width) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        for (int y = top; y < top + h; y++) {
          int from = offset + (y * width + left) * channels;
          Arrays.fill(values, from, from + w * channels, 0f);
        }
        return;
      }
    }
  }
}
