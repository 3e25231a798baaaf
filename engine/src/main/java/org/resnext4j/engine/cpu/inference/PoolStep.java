package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.PixelSteps;
import org.resnext4j.engine.graph.Shape;

/**
 * The step of a max pool. A chunk is a row of the output. Windows are clipped at the picture's
 * edge. The step needs no scratch memory.
 */
final class PoolStep implements Step {

  private final Kernels kernels;
  private final float[] memory;
  private final ActivationPlace input;
  private final ActivationPlace output;
  private final Layer.Window window;
  private final PixelSteps steps;

  PoolStep(
      Kernels kernels,
      float[] memory,
      ActivationPlace input,
      ActivationPlace output,
      Layer.Window window) {
    this.kernels = kernels;
    this.memory = memory;
    this.input = input;
    this.output = output;
    this.window = window;
    steps = input.steps(input.layout().vectors());
  }

  @Override
  public int chunks() {
    return output.shape().batch() * output.shape().height();
  }

  @Override
  public void run(int chunk, int worker) {
    Shape in = input.shape();
    Shape out = output.shape();
    int picture = chunk / out.height();
    int y = chunk % out.height();
    int top = Math.max(0, y * window.stride() - window.padding());
    int bottom = Math.min(in.height(), y * window.stride() - window.padding() + window.kernel());
    for (int x = 0; x < out.width(); x++) {
      int left = Math.max(0, x * window.stride() - window.padding());
      int right = Math.min(in.width(), x * window.stride() - window.padding() + window.kernel());
      kernels.maximum(
          memory,
          input.base() + input.pixel(picture, top, left),
          bottom - top,
          right - left,
          steps,
          memory,
          output.base() + output.pixel(picture, y, x));
    }
  }
}
