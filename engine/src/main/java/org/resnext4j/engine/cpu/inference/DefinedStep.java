package org.resnext4j.engine.cpu.inference;

import java.util.Arrays;
import java.util.List;
import org.resnext4j.engine.cpu.kernel.PixelFunctions;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.AxisFilter;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/** An operation computed as it is defined, a chunk for every row of the output. */
final class DefinedStep implements Step {

  private final Layer.Defined layer;
  private final float[] memory;
  private final ActivationPlace input;
  private final ActivationPlace second;
  private final ActivationPlace output;
  private final AxisFilter rows;
  private final AxisFilter columns;

  DefinedStep(
      Layer.Defined layer, float[] memory, List<ActivationPlace> inputs, ActivationPlace output) {
    this.layer = layer;
    this.memory = memory;
    this.input = inputs.getFirst();
    this.second = inputs.getLast();
    this.output = output;
    Shape shape = input.shape();
    boolean filters = layer.op() instanceof SeparableFilter;
    AxisFilter none = new AxisFilter(new int[0][], new double[0][]);
    this.rows = filters ? ((SeparableFilter) layer.op()).along(shape.height()) : none;
    this.columns = filters ? ((SeparableFilter) layer.op()).along(shape.width()) : none;
  }

  @Override
  public int chunks() {
    return output.shape().batch() * output.shape().height();
  }

  @Override
  public void run(int chunk, int worker) {
    int picture = chunk / output.shape().height();
    int y = chunk % output.shape().height();
    for (int x = 0; x < output.shape().width(); x++) {
      pixel(picture, y, x, output.base() + output.pixel(picture, y, x));
    }
  }

  private void pixel(int picture, int y, int x, int to) {
    int channels = output.shape().channels();
    int end = to + output.layout().vectors() * output.layout().lanes();
    Arrays.fill(memory, to + channels, end, 0f); // Products in pairs read padding, too.
    switch (layer.op()) {
      case Op.Pointwise op ->
          PixelFunctions.apply(op.function(), memory, at(picture, y, x), memory, to, channels);
      case SeparableFilter _ -> {
        Arrays.fill(memory, to, to + channels, 0f);
        for (int i = 0; i < rows.sources()[y].length; i++) {
          for (int j = 0; j < columns.sources()[x].length; j++) {
            int from = at(picture, rows.sources()[y][i], columns.sources()[x][j]);
            float weight = (float) (rows.weights()[y][i] * columns.weights()[x][j]);
            PixelFunctions.addScaled(weight, memory, from, memory, to, channels);
          }
        }
      }
      case AttentionOp.ChannelScale _ -> {
        int gates = second.base() + second.pixel(picture, 0, 0);
        PixelFunctions.multiply(memory, at(picture, y, x), memory, gates, memory, to, channels);
      }
      case AttentionOp.ChannelConvolution _ ->
          PixelFunctions.convolve(layer.weight(), memory, at(picture, y, x), memory, to, channels);
      case AttentionOp.PathSoftmax op ->
          PixelFunctions.softmax(op.paths(), memory, at(picture, y, x), memory, to, channels);
      case AttentionOp.Slice op ->
          System.arraycopy(memory, at(picture, y, x) + op.first(), memory, to, channels);
      default -> throw new IllegalStateException("%s has a step of its own".formatted(layer.op()));
    }
  }

  private int at(int picture, int y, int x) {
    return input.base() + input.pixel(picture, y, x);
  }
}
