package org.resnext4j.training.input;

/**
 * Pictures ready for the network, with their targets.
 *
 * @param size number of pictures; the arrays may have room for more, and what is there is not
 *     theirs
 * @param images normalised, {@code [size, height, width, channels]}
 * @param targets probabilities, {@code [size, classes]}
 * @param labels the class of each picture before any mixing
 * @param pictures the number of each picture in the data set
 * @param height rows of a picture
 * @param width columns of a picture
 */
@SuppressWarnings("ArrayRecordComponent") // Buffers, compared by nobody.
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

  /** Numbers of a pixel. */
  int channels() {
    return images.length / (labels.length * height * width);
  }

  /** The same arrays, of which only the first pictures count. */
  Batch first(int count) {
    return new Batch(count, images, targets, labels, pictures, height, width);
  }
}
