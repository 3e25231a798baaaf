package org.resnext4j.vision.augment;

import java.util.random.RandomGenerator;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Normalize;

/**
 * PCA lighting (Krizhevsky et al. 2012), part of the paper's ImageNet recipe. It draws one random
 * colour along the principal components of ImageNet's colours and adds it to every pixel.
 */
public final class Lighting implements TensorAugmentation {

  private static final double[] EIGENVALUES = {0.2175, 0.0188, 0.0045};
  private static final double[][] EIGENVECTORS = {
    {-0.5675, 0.7192, 0.4009},
    {-0.5808, -0.0045, -0.8140},
    {-0.5836, -0.6948, 0.4203},
  };

  private final double strength;
  private final float[] deviation;

  /**
   * Creates lighting of a given strength.
   *
   * @param strength standard deviation of the components' weights, usually 0.1
   * @param deviation the deviation by which {@link Normalize} divided; the added colour is divided
   *     by the same deviation
   */
  public Lighting(double strength, float[] deviation) {
    this.strength = strength;
    this.deviation = deviation.clone();
  }

  @Override
  public void apply(float[] values, int offset, int height, int width, RandomGenerator random) {
    double[] weights = new double[EIGENVALUES.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = strength * random.nextGaussian() * EIGENVALUES[i];
    }
    float[] colour = new float[Image.CHANNELS];
    for (int c = 0; c < Image.CHANNELS; c++) {
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += EIGENVECTORS[c][i] * weights[i];
      }
      colour[c] = (float) (sum / deviation[c]);
    }
    int end = offset + height * width * Image.CHANNELS;
    for (int i = offset; i < end; i += Image.CHANNELS) {
      values[i] += colour[0];
      values[i + 1] += colour[1];
      values[i + 2] += colour[2];
    }
  }
}
