package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.graph.Op;

/**
 * A dilated convolution, computed as a plain convolution whose filters have zeros between their
 * values. Only selective kernels use it, so simple code matters more than the products with zeros.
 */
final class DilatedConvolution implements TrainableConvolution {

  private final Op.Conv2d op;
  private final TrainableConvolution wide;
  private final Span filters;
  private final Span gradient;

  /**
   * A convolution.
   *
   * @param wide the convolution {@link #widened}
   */
  DilatedConvolution(Op.Conv2d op, TrainableConvolution wide) {
    this.op = op;
    this.wide = wide;
    int length = Math.toIntExact(widened(op).parameters().getFirst().elements());
    this.filters = new Span(new float[length], 0, length);
    this.gradient = new Span(new float[length], 0, length);
  }

  /** The convolution without dilation whose filters cover the same window. */
  static Op.Conv2d widened(Op.Conv2d op) {
    return new Op.Conv2d(
        op.inputChannels(),
        op.outputChannels(),
        op.extent(),
        op.stride(),
        op.padding(),
        op.groups(),
        op.bias());
  }

  /** The index of a value of the dilated filters in the wide filters. */
  private int place(int index) {
    int taps = op.kernel() * op.kernel();
    int y = index % taps / op.kernel() * op.dilation();
    int x = index % op.kernel() * op.dilation();
    return (index / taps * op.extent() + y) * op.extent() + x;
  }

  private Span widened(Span weight) {
    Arrays.fill(filters.values(), 0f);
    for (int i = 0; i < weight.length(); i++) {
      filters.set(place(i), weight.get(i));
    }
    return filters;
  }

  @Override
  public Workspace.Need need() {
    return wide.need();
  }

  @Override
  public Tasks tasks() {
    return wide.tasks();
  }

  @Override
  public void forward(Forward pass, Workspace space) {
    wide.forward(
        new Forward(
            pass.source(), pass.result(), widened(pass.weight()), pass.bias(), pass.moments()),
        space);
  }

  @Override
  public void backwardData(DataGradient pass, Workspace space) {
    wide.backwardData(
        new DataGradient(pass.gradient(), pass.target(), widened(pass.weight()), pass.listener()),
        space);
  }

  @Override
  public void backwardWeights(
      PixelSource source, PixelSource outputGradient, WeightTarget target, Workspace space) {
    wide.backwardWeights(source, outputGradient, new WeightTarget(gradient, false), space);
    for (int i = 0; i < target.span().length(); i++) {
      target.put(i, gradient.get(place(i)));
    }
  }
}
