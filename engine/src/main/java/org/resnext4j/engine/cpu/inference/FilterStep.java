package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.SeparableFilter;

/** The step of a fixed filter. A chunk is a row of the output. The step needs no scratch memory. */
final class FilterStep implements Step {

  private final Kernels kernels;
  private final float[] memory;
  private final ActivationPlace input;
  private final ActivationPlace output;
  private final Kernels.Taps[] rows;
  private final Kernels.Taps[] columns;

  FilterStep(
      Kernels kernels,
      float[] memory,
      SeparableFilter filter,
      ActivationPlace input,
      ActivationPlace output) {
    this.kernels = kernels;
    this.memory = memory;
    this.input = input;
    this.output = output;
    this.rows = taps(filter.along(input.shape().height()), input.rowStep());
    this.columns = taps(filter.along(input.shape().width()), input.pixelStep());
  }

  /** The taps of every output along one side. */
  private static Kernels.Taps[] taps(AxisFilter filter, int step) {
    Kernels.Taps[] taps = new Kernels.Taps[filter.places()];
    for (int place = 0; place < taps.length; place++) {
      double[] weights = filter.weights()[place];
      float[] rounded = new float[weights.length];
      for (int i = 0; i < weights.length; i++) {
        rounded[i] = (float) weights[i];
      }
      int[] offsets = Arrays.stream(filter.sources()[place]).map(source -> source * step).toArray();
      taps[place] = new Kernels.Taps(offsets, rounded);
    }
    return taps;
  }

  @Override
  public int chunks() {
    return output.shape().batch() * rows.length;
  }

  @Override
  public void run(int chunk, int worker) {
    int picture = chunk / rows.length;
    int y = chunk % rows.length;
    int from = input.base() + input.pixel(picture, 0, 0);
    int to = output.base() + output.pixel(picture, y, 0);
    int vectors = output.layout().vectors();
    for (int x = 0; x < columns.length; x++) {
      kernels.filter(memory, from, rows[y], columns[x], vectors, memory, to);
      to += output.pixelStep();
    }
  }
}
