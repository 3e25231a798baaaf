package org.resnext4j.engine.fusion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Nonlinearity;
import org.resnext4j.engine.graph.Op;

/**
 * Operator fusion: groups the nodes of a graph into units that a backend computes together. A unit
 * is a convolution, the batch norm after it, the addition of the shortcut and the last ReLU or
 * other pointwise function, as far as they follow each other. A unit of an addition also scales the
 * channels of its inputs (squeeze-and-excitation).
 *
 * <p>A node joins the unit before it only if it is the only reader of that unit's output.
 */
public final class Fusion {

  /**
   * Nodes that a backend computes together.
   *
   * @param head the first node; its operation decides the kind of unit
   * @param norm the batch norm that is folded into the head
   * @param residual position of the node whose output is added
   * @param scales the inputs of an addition that scale channels and belong to the unit
   * @param activation the ReLU or other pointwise function at the end of the unit
   * @param output position of the last node; the unit writes its output
   */
  public record Unit(
      Node head,
      Optional<Node> norm,
      OptionalInt residual,
      List<Node> scales,
      Optional<Node> activation,
      int output) {

    /** The positions of all nodes whose outputs the unit reads. */
    public List<Integer> inputs() {
      List<Integer> all = new ArrayList<>();
      for (int input : head.inputs()) {
        scale(input).ifPresentOrElse(scale -> all.addAll(scale.inputs()), () -> all.add(input));
      }
      residual.ifPresent(all::add);
      return all;
    }

    /** The channel scale at a position, if it belongs to this unit. */
    public Optional<Node> scale(int position) {
      return scales.stream().filter(node -> node.index() == position).findFirst();
    }

    /** Whether a ReLU is the last node. */
    public boolean relu() {
      return activation.isPresent() && activation.get().op() instanceof Op.Relu;
    }

    /** The pointwise function at the end of the unit, if it is not ReLU. */
    public Optional<Nonlinearity> function() {
      return activation
          .map(Node::op)
          .flatMap(op ->
              op instanceof Op.Pointwise(Nonlinearity function)
                  ? Optional.of(function)
                  : Optional.empty());
    }
  }

  private final Graph graph;
  private final Set<String> kept;
  private final boolean[] taken;

  private Fusion(Graph graph, Set<String> kept) {
    this.graph = graph;
    this.kept = kept;
    this.taken = new boolean[graph.nodes().size()];
  }

  /**
   * The units of a graph in topological order.
   *
   * @param kept names of nodes whose outputs a caller reads; each of them ends a unit
   */
  public static List<Unit> units(Graph graph, Set<String> kept) {
    Fusion fusion = new Fusion(graph, kept);
    // From the last to the first: if two convolutions are added, the later one takes the addition,
    // because the output of the other one then exists.
    List<Unit> units = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (isConvolution(node)) {
        units.add(fusion.convolution(node));
      } else if (node.op() instanceof Op.Add && !fusion.taken[node.index()]) {
        List<Node> scales = fusion.scales(node);
        if (!scales.isEmpty()) {
          units.add(fusion.other(node, scales));
        }
      }
    }
    for (Node node : graph.nodes()) {
      if (!fusion.taken[node.index()]) {
        units.add(fusion.other(node, List.of()));
      }
    }
    units.sort(Comparator.comparingInt(Unit::output));
    return units;
  }

  private static boolean isConvolution(Node node) {
    return node.op() instanceof Op.Conv2d || node.op() instanceof Op.Linear;
  }

  private Unit convolution(Node head) {
    taken[head.index()] = true;
    Node last = head;
    Optional<Node> norm = Optional.empty();
    OptionalInt residual = OptionalInt.empty();
    Optional<Node> next = soleReader(last);
    if (next.isPresent() && next.get().op() instanceof Op.BatchNorm) {
      norm = next;
      last = take(next.get());
      next = soleReader(last);
    }
    if (next.isPresent() && canAdd(head, last, next.get())) {
      int[] others = others(next.get(), last);
      residual = OptionalInt.of(others[0]);
      last = take(next.get());
      next = soleReader(last);
    }
    Optional<Node> activation =
        next.filter(node -> node.op() instanceof Op.Relu || node.op() instanceof Op.Pointwise);
    last = activation.map(this::take).orElse(last);
    return new Unit(head, norm, residual, List.of(), activation, last.index());
  }

  /**
   * Makes the unit of an operation that is no convolution. An addition, a batch norm or a channel
   * scale takes the ReLU after it.
   */
  private Unit other(Node head, List<Node> scales) {
    scales.forEach(this::take);
    Node last = take(head);
    boolean combines =
        head.op() instanceof Op.Add
            || head.op() instanceof Op.BatchNorm
            || head.op() instanceof AttentionOp.ChannelScale;
    Optional<Node> relu = soleReader(last).filter(node -> combines && node.op() instanceof Op.Relu);
    last = relu.map(this::take).orElse(last);
    return new Unit(head, Optional.empty(), OptionalInt.empty(), scales, relu, last.index());
  }

  /** The channel scales among the two inputs of an addition that no other node reads. */
  private List<Node> scales(Node addition) {
    return addition.inputs().size() > 2
        ? List.of()
        : addition.inputs().stream()
            .distinct()
            .map(graph::node)
            .filter(node -> node.op() instanceof AttentionOp.ChannelScale)
            .filter(node -> soleReader(node).isPresent())
            .toList();
  }

  private boolean canAdd(Node head, Node last, Node next) {
    return next.op() instanceof Op.Add
        && others(next, last).length == 1
        && !(head.op() instanceof Op.Conv2d convolution && convolution.groups() > 1);
  }

  private static int[] others(Node addition, Node one) {
    return addition.inputs().stream()
        .mapToInt(Integer::intValue)
        .filter(i -> i != one.index())
        .toArray();
  }

  private Node take(Node node) {
    taken[node.index()] = true;
    return node;
  }

  /** The only reader of a node's output, if it may join the node's unit. */
  private Optional<Node> soleReader(Node node) {
    List<Integer> readers = graph.consumers(node);
    if (readers.size() != 1 || kept.contains(node.name())) {
      return Optional.empty();
    }
    Node reader = graph.node(readers.getFirst());
    return taken[reader.index()] ? Optional.empty() : Optional.of(reader);
  }
}
