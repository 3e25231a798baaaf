package org.resnext4j.models;

import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Op;

/** Writes the layers of channel attention into a graph. The nodes have timm's names. */
final class AttentionBuilder {

  /**
   * The reduction ratio r of Hu et al. 2018: input channels per channel of the excitation's
   * bottleneck.
   */
  private static final int REDUCTION = 16;

  private final Graph.Builder graph;
  private final TrunkOptions options;

  AttentionBuilder(Graph.Builder graph, TrunkOptions options) {
    this.graph = graph;
    this.options = options;
  }

  /**
   * Returns {@code channels / 16} rounded to the nearest multiple of a divisor, but at least the
   * divisor.
   */
  private static int reduced(int channels, int divisor) {
    return Math.max(divisor, (channels / REDUCTION + divisor / 2) / divisor * divisor);
  }

  /**
   * Writes squeeze-and-excitation (Hu et al. 2018): two linear layers over the pooled map compute
   * the channels' gates.
   */
  Node squeezeExcitation(String name, Node map, int channels) {
    int inner = reduced(channels, 8);
    Node node = graph.add(name + ".pool", new Op.GlobalAveragePool(), map);
    node = graph.add(name + ".fc1", new Op.Conv2d(channels, inner, 1, 1, 0, 1, true), node);
    node = graph.add(name + ".relu", new Op.Relu(), node);
    node = graph.add(name + ".fc2", new Op.Conv2d(inner, channels, 1, 1, 0, 1, true), node);
    return scaled(name, map, node);
  }

  /**
   * Writes efficient channel attention (Wang et al. 2020): a 1-D convolution over the channels of
   * the pooled map computes the gates. The kernel size grows with the logarithm of the number of
   * channels.
   */
  Node efficient(String name, Node map, int channels) {
    int wanted = (int) ((Math.log(channels) / Math.log(2) + 1) / 2 + 1e-9);
    int kernel = Math.max(3, wanted % 2 == 1 ? wanted : wanted + 1);
    Node node = graph.add(name + ".pool", new Op.GlobalAveragePool(), map);
    return scaled(
        name, map, graph.add(name + ".conv", new AttentionOp.ChannelConvolution(kernel), node));
  }

  private Node scaled(String name, Node map, Node logits) {
    Node gates = graph.add(name + ".gate", new Op.Pointwise(Nonlinearity.SIGMOID), logits);
    return graph.add(name + ".scale", new AttentionOp.ChannelScale(), map, gates);
  }

  /**
   * Writes a selective kernel (Li et al. 2019): a softmax weighs two grouped 3×3 convolutions, the
   * second of dilation 2.
   */
  Node selectiveKernel(String name, Node input, int width, int stride, int groups) {
    Node[] paths = new Node[2];
    for (int i = 0; i < paths.length; i++) {
      int dilation = i + 1;
      String path = "%s.paths.%d".formatted(name, i);
      Op filters = new Op.Conv2d(width, width, 3, stride, dilation, groups, false, dilation);
      Node convolved = graph.add(path + ".conv", filters, input);
      paths[i] = graph.add(path + ".relu", new Op.Relu(), norm(path + ".bn", convolved, width));
    }
    String attention = name + ".attn";
    int inner = reduced(width, 32);
    Node node = graph.add(attention + ".sum", new Op.Add(), paths);
    node = graph.add(attention + ".pool", new Op.GlobalAveragePool(), node);
    node = graph.add(attention + ".fc_reduce", new Op.Conv2d(width, inner, 1, 1, 0, 1), node);
    node = graph.add(attention + ".relu", new Op.Relu(), norm(attention + ".bn", node, inner));
    Op select = new Op.Conv2d(inner, paths.length * width, 1, 1, 0, 1);
    node = graph.add(attention + ".fc_select", select, node);
    node = graph.add(attention + ".shares", new AttentionOp.PathSoftmax(paths.length), node);
    Node[] weighed = new Node[paths.length];
    for (int i = 0; i < paths.length; i++) {
      String share = "%s.share.%d".formatted(attention, i);
      Node gates = graph.add(share, new AttentionOp.Slice(i * width, width), node);
      weighed[i] = graph.add(share + ".scale", new AttentionOp.ChannelScale(), paths[i], gates);
    }
    return graph.add(name + ".sum", new Op.Add(), weighed);
  }

  private Node norm(String name, Node input, int channels) {
    return graph.add(name, new Op.BatchNorm(channels, options.normEpsilon()), input);
  }
}
