package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.graph.Shape;

/**
 * Global average pooling in training. The memory of a worker holds one pixel, {@code [channels]}.
 *
 * @param in shape of the input
 */
record AveragePooling(Shape in) {

  private int pixels() {
    return in.height() * in.width();
  }

  /** Writes the mean of each picture's pixels. */
  void forward(PixelSource source, Buffer result, Workspace space) {
    int channels = in.channels();
    int pixels = pixels();
    space.run(
        in.batch(),
        (picture, own) -> {
          float[] to = result.data();
          int at = picture * channels;
          Arrays.fill(to, at, at + channels, 0f);
          for (int pixel = 0; pixel < pixels; pixel++) {
            source.read(picture * pixels + pixel, 0, channels, own, 0);
            ChannelPasses.add(own, 0, channels, to, at);
          }
          for (int c = 0; c < channels; c++) {
            to[at + c] /= pixels;
          }
        });
  }

  /** Writes or adds the gradient of the input: each pixel receives an equal share. */
  void backward(PixelSource gradient, MapTarget target, Workspace space) {
    int channels = in.channels();
    int pixels = pixels();
    space.run(
        in.batch(),
        (picture, own) -> {
          gradient.read(picture, 0, channels, own, 0);
          for (int c = 0; c < channels; c++) {
            own[c] /= pixels;
          }
          for (int pixel = 0; pixel < pixels; pixel++) {
            int at = (picture * pixels + pixel) * channels;
            target.put(own, 0, at, channels);
          }
        });
  }
}
