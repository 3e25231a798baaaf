package org.resnext4j.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.models.ResNeXt;

/**
 * The work of every contender: one network on one batch of pictures.
 *
 * @param model the network's preset name
 * @param size height and width of the pictures, in pixels
 * @param batch number of pictures in a batch
 * @param threads number of threads that a contender may use
 * @param training whether a step is a training step (forward, backward, SGD) instead of a
 *     prediction
 * @param weights folder with the weights, which hold the same values in each contender's format
 */
record Workload(String model, int size, int batch, int threads, boolean training, Path weights) {

  ResNeXt network() {
    return ResNeXt.preset(model);
  }

  /** This workload with another batch size. */
  Workload withBatch(int pictures) {
    return new Workload(model, size, pictures, threads, training, weights);
  }

  Shape shape() {
    return new Shape(batch, size, size, 3);
  }

  /**
   * The pictures, {@code [batch, height, width, channels]}. Their values are normally distributed
   * and the same on every call.
   */
  float[] images() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    float[] images = new float[Math.toIntExact(shape().elements())];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  /** The same pictures in the order of other runtimes, {@code [batch, channels, height, width]}. */
  float[] planarImages() {
    float[] images = images();
    float[] planar = new float[images.length];
    int pixels = size * size;
    for (int picture = 0; picture < batch; picture++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        for (int c = 0; c < 3; c++) {
          planar[(picture * 3 + c) * pixels + pixel] = images[(picture * pixels + pixel) * 3 + c];
        }
      }
    }
    return planar;
  }

  /** The label of each picture, for training. */
  int[] labels() {
    int[] labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = (7 * i + 3) % network().classes();
    }
    return labels;
  }

  Path safetensors() {
    return weights.resolve(model + ".safetensors");
  }

  Path onnx() {
    return weights.resolve(model + ".onnx");
  }

  List<String> arguments() {
    return List.of(
        model,
        Integer.toString(size),
        Integer.toString(batch),
        Integer.toString(threads),
        Boolean.toString(training),
        weights.toString());
  }

  static Workload parse(List<String> arguments) {
    return new Workload(
        arguments.get(0),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        Boolean.parseBoolean(arguments.get(4)),
        Path.of(arguments.get(5)));
  }
}
