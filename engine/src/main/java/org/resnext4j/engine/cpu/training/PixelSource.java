package org.resnext4j.engine.cpu.training;

import java.util.List;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;

/**
 * The pixels that a step reads: an activation or a gradient. A source may apply a batch norm and a
 * ReLU while it is read, so that their outputs are never stored.
 */
sealed interface PixelSource {

  /** Copies {@code count} channels of one pixel. */
  void read(int pixel, int channel, int count, float[] to, int at);

  /** Channels of a pixel. */
  int channels();

  /** The buffers that reading needs. */
  List<Buffer> buffers();

  /**
   * Copies {@code count} channels of consecutive pixels, each to a row {@code stride} further on.
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

  /** Values as they are stored. */
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

  /** {@code x * scale + shift}, channel by channel, and at least 0 if {@code relu}. */
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

  /** The gradient of a batch norm's input, computed from the gradient of its output. */
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
