package org.resnext4j.serving.batch;

import org.resnext4j.engine.graph.Shape;

/**
 * What a {@link Batcher} runs: a function from pictures to logits, several at once.
 *
 * <p>A network is called by one thread at a time.
 */
public interface Network extends AutoCloseable {

  /** Shape of one picture: {@code [1, height, width, channels]}. */
  Shape input();

  /** Number of logits of a picture. */
  int classes();

  /** Shape of one picture's last feature map: {@code [1, height, width, channels]}. */
  Shape features();

  /**
   * Runs pictures through the network.
   *
   * @param images {@code [count, height, width, channels]} from the array's beginning, normalised
   * @param count number of pictures, at least 1
   * @param logits receives {@code [count, classes]}, from the array's beginning
   * @param features receives the last feature maps, {@code [count, height, width, channels]} of
   *     {@link #features}; empty where nobody wants them
   */
  void run(float[] images, int count, float[] logits, float[] features);

  /**
   * Where the evidence for a class lies (class activation mapping): the last feature map weighted
   * by the class's row of the classifier; its mean over the map plus the class's bias is its logit.
   *
   * @param features what {@link #run} gave
   * @param picture which of them
   * @param classIndex which class
   * @return {@code [height, width]} of {@link #features}
   */
  float[] evidence(float[] features, int picture, int classIndex);

  /** Releases what the network holds; it is not called afterwards. */
  @Override
  void close();
}
