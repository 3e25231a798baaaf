package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.graph.Op;

/**
 * Packs a convolution's filters for {@link Kernels#multiply}. The layout is {@code
 * [group][panel][row of the window, pixel, input channel][output channel of the panel]}. Input
 * channels have the order of the input's layout, and columns are the places of an output pixel.
 * Goto and van de Geijn (2008) and BLIS (Van Zee and van de Geijn 2015) introduced packed panels.
 */
final class MatrixPacking {

  /**
   * The number of consecutive values of k for which the packing reads one column. This part of the
   * panel stays in the cache.
   */
  private static final int BLOCK = 64;

  private final Op.Conv2d convolution;
  private final int lanes;

  /** The input channel, within its group, at every k of one pixel; -1 for padding. */
  private final int[] channelOfStep;

  /** The output channel, within its group, of every column; -1 for padding. */
  private final int[] channelOfColumn;

  /** The number of values of k that are contiguous in the input. */
  private final int segmentLength;

  MatrixPacking(Op.Conv2d convolution, ChannelLayout input, ChannelLayout output, int lanes) {
    this.convolution = convolution;
    this.lanes = lanes;
    if (convolution.groups() == 1) {
      this.channelOfColumn = output.channelAtPlace();
      this.segmentLength = input.runLength() * (input.isSeamless() ? convolution.kernel() : 1);
      int[] places = input.channelAtPlace();
      this.channelOfStep = new int[input.runs() * input.runLength()];
      for (int i = 0; i < channelOfStep.length; i++) {
        channelOfStep[i] = places[i / input.runLength() * input.runStep() + i % input.runLength()];
      }
    } else {
      this.channelOfStep = upTo(convolution.inputChannelsPerGroup(), 1);
      this.segmentLength = convolution.inputChannelsPerGroup();
      this.channelOfColumn = upTo(convolution.outputChannelsPerGroup(), lanes);
    }
  }

  private static int[] upTo(int count, int step) {
    int[] all = new int[Packing.roundUp(count, step)];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < count ? i : -1;
    }
    return all;
  }

  /** The number of products that are summed for each output. */
  int depth() {
    return convolution.kernel() * convolution.kernel() * channelOfStep.length;
  }

  /** The number of floats of one group's panels. */
  long groupLength() {
    return Packing.panelsLength(depth(), channelOfColumn.length, lanes);
  }

  /** The number of columns of one group's matrix, rounded up to whole vectors. */
  int columns() {
    return Packing.roundUp(channelOfColumn.length, lanes);
  }

  /** Whether the products can be computed in pairs ({@link PairedProduct}) and are faster. */
  boolean suitsPairs() {
    return segmentLength % 2 == 0
        && columns() % (MatrixProduct.PANEL_VECTORS * lanes) == 0
        && PairPacking.pays(depth(), columns());
  }

  /** Prepares all packed groups for products in pairs ({@link PairedProduct}). */
  void pair(
      FoldedConvolution folded, double inputSize, PairPacking places, float[] packed, int offset) {
    for (int group = 0; group < convolution.groups(); group++) {
      double[] bias = new double[columns()];
      for (int n = 0; n < channelOfColumn.length; n++) {
        int channel = channelOfColumn[n];
        bias[n] =
            channel < 0
                ? 0
                : folded.shift()[group * convolution.outputChannelsPerGroup() + channel];
      }
      int at = Math.toIntExact(offset + group * groupLength());
      places.prepare(
          packed, at, depth(), MatrixProduct.PANEL_VECTORS * lanes, group, bias, inputSize);
    }
  }

  /** Packs all groups. */
  void pack(FoldedConvolution folded, float[] packed, int offset) {
    int panel = MatrixProduct.PANEL_VECTORS * lanes;
    for (int group = 0; group < convolution.groups(); group++) {
      int to = Math.toIntExact(offset + group * groupLength());
      for (int first = 0; first < channelOfColumn.length; first += panel) {
        int columns = Math.min(panel, channelOfColumn.length - first);
        packPanel(folded, group, first, columns, packed, to);
        to += depth() * columns;
      }
    }
  }

  private void packPanel(
      FoldedConvolution folded, int group, int first, int columns, float[] packed, int offset) {
    int to = offset;
    int taps = convolution.kernel() * convolution.kernel();
    for (int tap = 0; tap < taps; tap++) {
      for (int step = 0; step < channelOfStep.length; step += BLOCK) {
        int steps = Math.min(BLOCK, channelOfStep.length - step);
        for (int column = 0; column < columns; column++) {
          int channel = channelOfColumn[first + column];
          if (channel >= 0) {
            int filter = group * convolution.outputChannelsPerGroup() + channel;
            packColumn(folded, filter, tap, step, steps, packed, to + column, columns);
          }
        }
        to += steps * columns;
      }
    }
  }

  /**
   * Writes some values of one filter's tap. This is a separate method so that C2 compiles it early.
   */
  private void packColumn(
      FoldedConvolution folded,
      int filter,
      int tap,
      int step,
      int steps,
      float[] to,
      int at,
      int stride) {
    float[] filters = folded.filters();
    double scale = folded.scale()[filter];
    int taps = convolution.kernel() * convolution.kernel();
    int from = filter * convolution.inputChannelsPerGroup() * taps + tap;
    for (int i = 0; i < steps; i++) {
      int channel = channelOfStep[step + i];
      if (channel >= 0) {
        to[at + i * stride] = (float) (filters[from + channel * taps] * scale);
      }
    }
  }
}
