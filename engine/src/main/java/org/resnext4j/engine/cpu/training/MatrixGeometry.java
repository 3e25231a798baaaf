package org.resnext4j.engine.cpu.training;

import static org.resnext4j.engine.cpu.kernel.StridedGemm.PANEL;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.ROWS;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.PairedGemm;
import org.resnext4j.engine.cpu.kernel.PairedProduct;
import org.resnext4j.engine.cpu.kernel.StridedGemm;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;

/**
 * The sizes of a {@link MatrixConvolution} and the places of its weights. The forward pass and both
 * gradients read them.
 *
 * @param input {@code [batch, height, width, channels]} of the input
 * @param output {@code [batch, height, width, channels]} of the output
 * @param filterAt for each place of an output pixel, the index of its filter in PyTorch's layout
 *     {@code [output channel, input channel of the group, row, column]}
 * @param inputAt for each place of an input pixel, the index of its taps within a filter
 * @param pairs whether products may be computed in {@link PairedProduct}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record MatrixGeometry(
    Op.Conv2d op, Shape input, Shape output, int[] filterAt, int[] inputAt, boolean pairs) {

  /** The number of tasks. It keeps several threads evenly busy. */
  static final int TASKS = 48;

  /**
   * The largest number of values of a block of rows. A usual L2 cache holds them and a panel of
   * weights.
   */
  private static final int BLOCK_VALUES = 96 * 1024;

  /**
   * Derives the places of the weights.
   *
   * @param inputOrder the channel at each place of an input pixel; it is the identity unless there
   *     is one group
   * @param outputOrder the channel at each place of an output pixel, likewise
   */
  static MatrixGeometry of(
      Op.Conv2d op, Shape input, Shape output, int[] inputOrder, int[] outputOrder, boolean pairs) {
    int taps = op.kernel() * op.kernel();
    int groupIn = op.inputChannelsPerGroup();
    int[] filterAt = Arrays.stream(outputOrder).map(channel -> channel * groupIn * taps).toArray();
    int[] inputAt = Arrays.stream(inputOrder).map(channel -> channel % groupIn * taps).toArray();
    return new MatrixGeometry(op, input, output, filterAt, inputAt, pairs);
  }

  /** Input channels of a group. */
  int groupIn() {
    return op.inputChannelsPerGroup();
  }

  /** Output channels of a group. */
  int groupOut() {
    return op.outputChannelsPerGroup();
  }

  /** The number of taps of a filter in one input channel. */
  int taps() {
    return op.kernel() * op.kernel();
  }

  int outputPixels() {
    return output.batch() * output.height() * output.width();
  }

  /** The input pixels that each output pixel depends on. */
  Taps outputTaps() {
    int kernel = op.kernel();
    int[] down = new int[taps()];
    int[] right = new int[taps()];
    for (int tap = 0; tap < taps(); tap++) {
      down[tap] = tap / kernel - op.padding();
      right[tap] = tap % kernel - op.padding();
    }
    return new Taps(
        output.height(), output.width(), input.height(), input.width(), op.stride(), down, right);
  }

  boolean inPairs(int depth, int columns) {
    return pairs && PairedGemm.suits(depth, columns);
  }

  /** The number of rows of a block, given the number of values of a row. */
  static int blockRows(int values) {
    int rows = BLOCK_VALUES / values / ROWS * ROWS;
    return Math.clamp(rows, ROWS, 16 * ROWS);
  }

  /**
   * The number of values at the end of a worker's memory: {@link StridedGemm#SCRATCH} for the
   * product, {@code [2, channels]} for moments or a {@link GradientRowsListener}, and the values
   * that a tile reads after its last row.
   */
  long tailValues() {
    return StridedGemm.SCRATCH + 2L * Math.max(input.channels(), output.channels()) + 4L * PANEL;
  }
}
