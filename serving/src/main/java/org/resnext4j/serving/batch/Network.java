package org.resnext4j.serving.batch;

import org.resnext4j.engine.graph.Shape;

/**
 * A function from a batch of pictures to their logits, which a {@link Batcher} runs.
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
   *     {@link #features}; empty if they are not wanted
   */
  void run(float[] images, int count, float[] logits, float[] features);

  /**
   * The class activation map: the last feature map weighted by the class's row of the classifier.
   * Its mean plus the class's bias is the class's logit.
   *
   * @param features the feature maps of {@link #run}
   * @param picture index of the picture
   * @param classIndex index of the class
   * @return {@code [height, width]} of {@link #features}
   */
  float[] evidence(float[] features, int picture, int classIndex);

  /** Releases what the network holds; it is not called afterwards. */
  @Override
  void close();
}
