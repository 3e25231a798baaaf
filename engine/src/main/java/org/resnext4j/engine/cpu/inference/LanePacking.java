package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.Kernels;
import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.graph.Op;

/**
 * Packs the filters of a grouped convolution for lanes across cardinality ({@link
 * Kernels#multiplyLanes}). A block consists of as many groups as a vector has lanes. The layout is
 * {@code [block][panel][pixel of the window, input channel of the group][output channel of the
 * panel][lane]}, with two output channels in each panel.
 */
final class LanePacking {

  private final Op.Conv2d convolution;
  private final int lanes;

  LanePacking(Op.Conv2d convolution, int lanes) {
    this.convolution = convolution;
    this.lanes = lanes;
  }

  /** The number of blocks of groups. */
  private int blocks() {
    return Math.ceilDiv(convolution.groups(), lanes);
  }

  /** The number of floats of all panels. */
  long length() {
    return (long) blocks()
        * lanes
        * convolution.outputChannelsPerGroup()
        * convolution.inputChannelsPerGroup()
        * convolution.kernel()
        * convolution.kernel();
  }

  /** Packs all blocks. */
  void pack(FoldedConvolution folded, float[] packed, int offset) {
    int to = offset;
    int taps = convolution.kernel() * convolution.kernel();
    int outputs = convolution.outputChannelsPerGroup();
    int inputs = convolution.inputChannelsPerGroup();
    for (int block = 0; block < blocks(); block++) {
      for (int first = 0; first < outputs; first += MatrixProduct.PANEL_VECTORS) {
        int end = Math.min(outputs, first + MatrixProduct.PANEL_VECTORS);
        for (int tap = 0; tap < taps; tap++) {
          for (int input = 0; input < inputs; input++) {
            for (int output = first; output < end; output++) {
              for (int lane = 0; lane < lanes; lane++) {
                int group = block * lanes + lane;
                if (group < convolution.groups()) {
                  int channel = group * outputs + output;
                  float filter = folded.filters()[(channel * inputs + input) * taps + tap];
                  packed[to] = (float) (filter * folded.scale()[channel]);
                }
                to++;
              }
            }
          }
        }
      }
    }
  }
}
