package org.resnext4j.engine.cpu.inference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.fusion.Fusion.Unit;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * The layers of a network during its compilation, and the layouts in which its values exist. A
 * layer that needs a value in another layout gets a copy, and all later layers share the copy.
 */
final class ValueLayouts {

  private final Graph graph;
  private final int lanes;
  private final List<Layer> layers = new ArrayList<>();

  /** The units that read each node's output. */
  private final Map<Integer, List<Unit>> readers = new HashMap<>();

  /** The layout in which each node's output is first written. */
  private final Map<Integer, Value> written = new HashMap<>();

  /** Every layout in which an output exists. */
  private final Set<Value> existing = new HashSet<>();

  /**
   * Starts without layers.
   *
   * @param units the units of the graph
   * @param lanes values in a vector
   */
  ValueLayouts(Graph graph, List<Unit> units, int lanes) {
    this.graph = graph;
    this.lanes = lanes;
    for (Unit unit : units) {
      for (int input : unit.inputs()) {
        readers.computeIfAbsent(input, i -> new ArrayList<>()).add(unit);
      }
    }
  }

  /** The layers in their order. */
  List<Layer> layers() {
    return List.copyOf(layers);
  }

  /** The layout in which each node's output is first written. */
  Map<Integer, Value> written() {
    return Map.copyOf(written);
  }

  /** The output of a node in the layout in which it is first written. */
  Value written(int node) {
    return written.get(node);
  }

  /** The units that read a unit's output. */
  List<Unit> readers(Unit unit) {
    return readers.getOrDefault(unit.output(), List.of());
  }

  /** The number of channels of a node's output. */
  int channels(int node) {
    return switch (graph.node(node).op()) {
      case Op.Input input -> input.channels();
      case Op.Conv2d convolution -> convolution.outputChannels();
      case Op.BatchNorm norm -> norm.channels();
      case Op.Linear linear -> linear.outputs();
      case Op.Concat _ -> graph.node(node).inputs().stream().mapToInt(this::channels).sum();
      case Op.Subsample subsample ->
          channels(graph.node(node).inputs().getFirst())
              + subsample.channelsBefore()
              + subsample.channelsAfter();
      case AttentionOp.Slice slice -> slice.count();
      case Op.Relu _,
          Op.Add _,
          Op.UpsampleNearest _,
          Op.MaxPool _,
          Op.GlobalAveragePool _,
          Op.Pointwise _,
          SeparableFilter _,
          AttentionOp.ChannelScale _,
          AttentionOp.ChannelConvolution _,
          AttentionOp.PathSoftmax _ ->
          channels(graph.node(node).inputs().getFirst());
    };
  }

  /** The width of the border of the unit's output: the largest padding of its readers. */
  int halo(Unit unit) {
    return readers(unit).stream()
        .mapToInt(reader -> reader.head().op() instanceof Op.Conv2d c ? c.padding() : 0)
        .max()
        .orElse(0);
  }

  /** A unit's output in the plain layout. */
  Value plainOutput(Unit unit) {
    return new Value(
        unit.output(), ChannelLayout.plain(channels(unit.output()), lanes), halo(unit));
  }

  /** A unit's first input in the plain layout; copies the input if it has another layout. */
  Value plainInput(Unit unit) {
    return plain(unit.head().inputs().getFirst());
  }

  /** A node's output in the plain layout; copies the output if it has another layout. */
  Value plain(int node) {
    return in(node, ChannelLayout.plain(channels(node), lanes), 0);
  }

  /**
   * A node's output in a given layout with a border of at least a given width; copies the output if
   * it has another layout or a narrower border.
   */
  Value in(int node, ChannelLayout layout, int halo) {
    Value value = written.get(node);
    return value.layout().equals(layout) && value.halo() >= halo
        ? value
        : copied(node, layout, halo);
  }

  /** A copy of a node's output; adds the layer that makes it, unless the copy exists. */
  Value copied(int node, ChannelLayout layout, int halo) {
    Value copy = new Value(node, layout, halo);
    if (!existing.contains(copy)) {
      existing.add(copy);
      layers.add(new Layer.Copy(List.of(written.get(node)), copy, 1, 0));
    }
    return copy;
  }

  /** Adds a layer. */
  void emit(Layer layer) {
    layers.add(layer);
    existing.add(layer.output());
    written.put(layer.output().node(), layer.output());
  }

  /**
   * The inputs of an operation that treats every channel alike. If all inputs have lanes across
   * cardinality in the same layout, the operation reads this layout; otherwise the plain layout.
   */
  List<Value> channelwise(List<Integer> nodes) {
    ChannelLayout first = written.get(nodes.getFirst()).layout();
    boolean sameLanes =
        first.order() == ChannelLayout.Order.LANES_ACROSS_GROUPS
            && nodes.stream().allMatch(node -> written.get(node).layout().equals(first));
    return nodes.stream().map(node -> sameLanes ? written.get(node) : plain(node)).toList();
  }

  /** A unit's output in the layout of its input. */
  Value like(Value input, Unit unit) {
    return new Value(unit.output(), input.layout(), halo(unit));
  }
}
