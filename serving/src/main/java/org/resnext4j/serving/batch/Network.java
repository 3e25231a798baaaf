package org.resnext4j.serving.batch;

import org.resnext4j.engine.graph.Shape;

/**
 * A function from a batch of pictures to their logits. A {@link Batcher} runs it.
 *
 * <p>Only one thread at a time calls a network.
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
   * @param images normalised pictures, {@code [count, height, width, channels]}, from the array's
   *     beginning
   * @param count number of pictures, at least 1
   * @param logits receives {@code [count, classes]}, from the array's beginning
   * @param features receives the last feature maps, {@code [count, height, width, channels]} with
   *     the sizes of {@link #features}; an empty array if the caller does not need them
   */
  void run(float[] images, int count, float[] logits, float[] features);

  /**
   * The class activation map (Zhou et al. 2016): the last feature map weighted by the class's row
   * of the classifier. The map's mean plus the class's bias is the class's logit.
   *
   * @param features the feature maps of {@link #run}
   * @param picture index of the picture
   * @param classIndex index of the class
   * @return {@code [height, width]} of {@link #features}
   */
  float[] evidence(float[] features, int picture, int classIndex);

  /** Releases the network's resources. The network is not called afterwards. */
  @Override
  void close();
}
