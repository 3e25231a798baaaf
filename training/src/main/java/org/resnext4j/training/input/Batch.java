package org.resnext4j.training.input;

/**
 * Normalised pictures with their targets.
 *
 * @param size number of pictures; the arrays may have room for more pictures
 * @param images normalised pictures {@code [size, height, width, channels]}
 * @param targets target probabilities {@code [size, classes]}
 * @param labels class of each picture before any mixing
 * @param pictures the number of each picture in the data set
 * @param height rows of a picture
 * @param width columns of a picture
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares these buffers.
public record Batch(
    int size,
    float[] images,
    float[] targets,
    int[] labels,
    int[] pictures,
    int height,
    int width) {

  /** A batch of zeros. */
  static Batch empty(int size, int height, int width, int channels, int classes) {
    return new Batch(
        size,
        new float[Math.multiplyExact(size, height * width * channels)],
        new float[Math.multiplyExact(size, classes)],
        new int[size],
        new int[size],
        height,
        width);
  }

  /** Number of channels. */
  int channels() {
    return images.length / (labels.length * height * width);
  }

  /** A batch of the first pictures, with the same arrays. */
  Batch first(int count) {
    return new Batch(count, images, targets, labels, pictures, height, width);
  }
}
