package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.kernel.MatrixProduct;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.fusion.Fusion.Unit;
import org.resnext4j.engine.graph.Op;

/**
 * The rules that choose the algorithm of a convolution. They depend on the convolution alone and
 * not on the size of its map, so all plans of a model share the packed weights.
 *
 * @param lanes values in a vector
 * @param exact whether only the algorithms without additional rounding error may be chosen
 */
record AlgorithmChoice(int lanes, boolean exact) {

  /** Weights of a tap of a group up to which Winograd's larger tile is faster. */
  private static final int MOST_WEIGHTS_OF_LARGE_TILE = 128 * 128;

  /**
   * Whether lanes across cardinality compute a convolution: a vector then holds one channel of many
   * groups. The alternative computes group by group, and a vector holds output channels of one
   * group. The better algorithm fills more lanes of each vector. A panel of less than two vectors
   * loads much and computes little, so groups of up to a vector's width count for less.
   */
  boolean hasLanesAcrossGroups(Op.Conv2d convolution) {
    if (convolution.groups() == 1) {
      return false;
    }
    int width = convolution.outputChannelsPerGroup();
    double across = (double) convolution.groups() / Packing.roundUp(convolution.groups(), lanes);
    double within = (double) width / Packing.roundUp(width, lanes);
    return across >= (width <= lanes ? 0.7 : 0.95) * within;
  }

  /**
   * Whether Winograd's minimal filtering algorithm computes a convolution. This holds for grouped
   * 3×3 convolutions whose groups fill whole panels: the transforms then cost a tenth of the
   * multiplications that they save.
   */
  boolean isWinograd(Unit unit, Op.Conv2d convolution) {
    int panel = MatrixProduct.PANEL_VECTORS * lanes;
    return !exact
        && unit.residual().isEmpty()
        && convolution.groups() > 1
        && convolution.kernel() == 3
        && convolution.dilation() == 1
        && convolution.stride() == 1
        && convolution.padding() == 1
        && convolution.inputChannelsPerGroup() % panel == 0
        && convolution.outputChannelsPerGroup() % panel == 0;
  }

  /**
   * The side of Winograd's output tile, in pixels. The larger tile saves more multiplications, but
   * the smaller tile reads less than half the weights. Wide groups stand at the end of a network,
   * where maps have few pixels and many weights.
   */
  static int winogradTile(Op.Conv2d convolution) {
    int weights = convolution.inputChannelsPerGroup() * convolution.outputChannelsPerGroup();
    return weights <= MOST_WEIGHTS_OF_LARGE_TILE ? 4 : 2;
  }
}
