package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/**
 * The decisions about each node, made before the compilers make steps: which nodes are fused, the
 * order of each map's channels, and which maps need a gradient.
 */
final class TrainingLayout {

  /**
   * A node and the decisions about it.
   *
   * @param node the node
   * @param shape shape of its output
   * @param order the channel at each place of an output pixel
   * @param lanes whether the node is a grouped convolution with lanes across cardinality
   * @param joined for a batch norm or an addition: whether the ReLU after it is fused with it; for
   *     a ReLU: whether it is fused with a batch norm
   * @param needsGradient whether the backward pass computes the gradient of its output
   */
  @SuppressWarnings("ArrayRecordComponent") // All readers share the array, and none writes to it.
  record Site(
      Node node, Shape shape, int[] order, boolean lanes, boolean joined, boolean needsGradient) {

    Op op() {
      return node.op();
    }

    int channels() {
      return shape.channels();
    }

    int pixels() {
      return shape.pixels();
    }

    boolean isRelu() {
      return op() instanceof Op.Relu;
    }

    boolean isNorm() {
      return op() instanceof Op.BatchNorm;
    }

    /** Whether the channels have their own order. */
    boolean isPlain() {
      return IntStream.range(0, order.length).allMatch(i -> order[i] == i);
    }
  }

  private final Graph graph;
  private final Set<Node> outputs;
  private final List<Site> sites = new ArrayList<>();

  /**
   * Makes the decisions.
   *
   * @param shapes the shape of each node's output
   * @param trains whether the parameter of a full name gets a gradient
   * @param inputGradient whether the pictures need a gradient
   */
  TrainingLayout(Graph graph, List<Shape> shapes, Predicate<String> trains, boolean inputGradient) {
    this.graph = graph;
    this.outputs = new HashSet<>(graph.outputs().values());
    int[][] orders = new int[shapes.size()][];
    for (Node node : graph.nodes()) {
      orders[node.index()] = IntStream.range(0, shapes.get(node.index()).channels()).toArray();
    }
    Set<Node> lanes = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Conv2d op
          && LaneConvolution.suits(op)
          && !WinogradConvolution.suits(op, shapes.get(node.index()))
          && orderByLanes(node, op, orders)) {
        lanes.add(node);
      }
    }
    for (Node node : graph.nodes()) {
      boolean needsGradient =
          (node.op() instanceof Op.Input && inputGradient)
              || node.op().parameters().stream().anyMatch(p -> trains.test(node.parameterName(p)))
              || node.inputs().stream().anyMatch(i -> sites.get(i).needsGradient());
      sites.add(
          new Site(
              node,
              shapes.get(node.index()),
              orders[node.index()],
              lanes.contains(node),
              joins(node),
              needsGradient));
    }
  }

  /** All nodes in topological order. */
  List<Site> sites() {
    return sites;
  }

  Site site(Node node) {
    return sites.get(node.index());
  }

  Site input(Site site, int index) {
    return sites.get(site.node().inputs().get(index));
  }

  List<Site> inputs(Site site) {
    return site.node().inputs().stream().map(sites::get).toList();
  }

  /** The positions of the nodes that read a node's output. */
  List<Integer> consumers(Site site) {
    return graph.consumers(site.node());
  }

  /**
   * Whether exactly one node reads this node's output, and the output is not an output of the
   * network.
   */
  boolean hasSoleConsumer(Site site) {
    return soleConsumer(site.node()).isPresent();
  }

  boolean feedsBatchNorm(Site site) {
    return consumers(site).stream().anyMatch(c -> graph.node(c).op() instanceof Op.BatchNorm);
  }

  private Optional<Node> soleConsumer(Node node) {
    List<Integer> consumers = graph.consumers(node);
    return consumers.size() == 1 && !outputs.contains(node)
        ? Optional.of(graph.node(consumers.getFirst()))
        : Optional.empty();
  }

  private boolean joins(Node node) {
    return switch (node.op()) {
      case Op.BatchNorm _, Op.Add _ ->
          soleConsumer(node).filter(n -> n.op() instanceof Op.Relu).isPresent();
      case Op.Relu _ -> {
        Site from = sites.get(node.inputs().getFirst());
        yield from.isNorm() && from.joined();
      }
      default -> false;
    };
  }

  /**
   * Decides whether a grouped convolution has lanes across cardinality. It needs dense convolutions
   * before and after it, because these convolutions change the order of channels. All operations in
   * between must treat each channel separately.
   */
  private boolean orderByLanes(Node node, Op.Conv2d op, int[][] orders) {
    List<Node> before = new ArrayList<>();
    Node source = graph.node(node.inputs().getFirst());
    while (keepsChannelsApart(source) && soleConsumer(source).isPresent()) {
      before.add(source);
      source = graph.node(source.inputs().getFirst());
    }
    before.add(source);
    List<Node> after = new ArrayList<>();
    Node end = node;
    after.add(end);
    while (soleConsumer(end).filter(TrainingLayout::keepsChannelsApart).isPresent()) {
      end = soleConsumer(end).orElseThrow();
      after.add(end);
    }
    List<Integer> readers = graph.consumers(end);
    boolean readersReorder =
        !outputs.contains(end)
            && !readers.isEmpty()
            && readers.stream().allMatch(i -> isDense(graph.node(i)));
    if (!isDense(source) || soleConsumer(source).isEmpty() || !readersReorder) {
      return false;
    }
    before.forEach(n -> orders[n.index()] = LaneConvolution.order(op.inputChannels(), op.groups()));
    after.forEach(n -> orders[n.index()] = LaneConvolution.order(op.outputChannels(), op.groups()));
    return true;
  }

  private static boolean keepsChannelsApart(Node node) {
    return node.op() instanceof Op.BatchNorm
        || node.op() instanceof Op.Relu
        || node.op() instanceof Op.Pointwise
        || node.op() instanceof SeparableFilter;
  }

  private static boolean isDense(Node node) {
    return node.op() instanceof Op.Conv2d op && op.groups() == 1 && !op.bias();
  }
}
