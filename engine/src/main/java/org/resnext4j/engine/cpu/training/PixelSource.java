package org.resnext4j.engine.cpu.training;

import java.util.List;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;

/**
 * The source of the pixels that a step reads: an activation or a gradient. A source may apply a
 * batch norm and a ReLU during the read, so their outputs are not stored.
 */
sealed interface PixelSource {

  /** Copies {@code count} channels of one pixel. */
  void read(int pixel, int channel, int count, float[] to, int at);

  /** The number of channels of a pixel. */
  int channels();

  /** The buffers from which the source reads. */
  List<Buffer> buffers();

  /**
   * Copies {@code count} channels of consecutive pixels to rows that are {@code stride} values
   * apart.
   */
  default void readRows(
      int pixel, int pixels, int channel, int count, float[] to, int at, int stride) {
    for (int i = 0; i < pixels; i++) {
      read(pixel + i, channel, count, to, at + i * stride);
    }
  }

  /** Copies whole pixels to the same positions of an array, {@code [pixel][channels]}. */
  default void copyPixels(int pixel, int pixels, float[] to) {
    readRows(pixel, pixels, 0, channels(), to, pixel * channels(), channels());
  }

  /** Stored values. */
  record Plain(Buffer buffer, int channels) implements PixelSource {
    @Override
    public void read(int pixel, int channel, int count, float[] to, int at) {
      System.arraycopy(buffer.data(), pixel * channels + channel, to, at, count);
    }

    @Override
    public void readRows(
        int pixel, int pixels, int channel, int count, float[] to, int at, int stride) {
      if (pixels == 0) {
        return;
      }
      if (count == channels && stride == channels) {
        System.arraycopy(buffer.data(), pixel * channels, to, at, pixels * channels);
      } else {
        PixelSource.super.readRows(pixel, pixels, channel, count, to, at, stride);
      }
    }

    @Override
    public List<Buffer> buffers() {
      return List.of(buffer);
    }
  }

  /** A batch norm of stored values, {@code x * scale + shift}, with or without a ReLU. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Affine(Buffer buffer, float[] scale, float[] shift, boolean relu) implements PixelSource {
    @Override
    public void read(int pixel, int channel, int count, float[] to, int at) {
      int from = pixel * scale.length + channel;
      if (relu) {
        ChannelPasses.affineRelu(buffer.data(), from, scale, shift, channel, count, to, at);
      } else {
        ChannelPasses.affine(buffer.data(), from, scale, shift, channel, count, to, at);
      }
    }

    @Override
    public int channels() {
      return scale.length;
    }

    @Override
    public List<Buffer> buffers() {
      return List.of(buffer);
    }
  }

  /**
   * The gradient of a batch norm's input. The source computes it from the gradient of the output.
   */
  record NormGradient(
      Buffer gradient, Buffer x, ChannelPasses.GradientCoefficients coefficients, boolean relu)
      implements PixelSource {
    @Override
    public void read(int pixel, int channel, int count, float[] to, int at) {
      int from = pixel * channels() + channel;
      float[] g = gradient.data();
      if (relu) {
        ChannelPasses.normReluGradient(g, x.data(), from, coefficients, channel, count, to, at);
      } else {
        ChannelPasses.normGradient(g, x.data(), from, coefficients, channel, count, to, at);
      }
    }

    @Override
    public int channels() {
      return coefficients.a().length;
    }

    @Override
    public List<Buffer> buffers() {
      return List.of(gradient, x);
    }
  }
}
