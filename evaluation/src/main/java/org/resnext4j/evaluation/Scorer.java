package org.resnext4j.evaluation;

/** A network as the evaluation sees it: pictures in, logits out. */
@FunctionalInterface
public interface Scorer {

  /**
   * The network's outputs.
   *
   * @param images {@code [count, height, width, 3]}, normalised
   * @param count number of pictures
   * @return {@code [count, outputs]}
   */
  float[] logits(float[] images, int count);
}
