package org.resnext4j.engine.fusion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;

/**
 * Groups a graph's nodes into units that are computed in one go: a convolution with the batch norm
 * behind it, the addition of the shortcut behind that, and the ReLU behind that.
 *
 * <p>A node joins the one before it only if no other node reads that one's output.
 */
public final class Fusion {

  /**
   * Nodes computed in one go.
   *
   * @param head the first node, whose operation decides the kind of unit
   * @param norm the batch norm that is folded into it
   * @param residual position of the node whose output is added
   * @param relu whether a ReLU comes last
   * @param output position of the last node, whose output the unit writes
   */
  public record Unit(
      Node head, Optional<Node> norm, OptionalInt residual, boolean relu, int output) {

    /** Positions of all nodes whose outputs the unit reads. */
    public List<Integer> inputs() {
      List<Integer> all = new ArrayList<>(head.inputs());
      residual.ifPresent(all::add);
      return all;
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
   * The units of a graph, each after those it reads.
   *
   * @param kept names of nodes whose outputs must exist
   */
  public static List<Unit> units(Graph graph, Set<String> kept) {
    Fusion fusion = new Fusion(graph, kept);
    // From the back: of two convolutions that are added, the later one takes the addition, when
    // the output of the other one is there.
    List<Unit> units = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (isConvolution(node)) {
        units.add(fusion.convolution(node));
      }
    }
    for (Node node : graph.nodes()) {
      if (!fusion.taken[node.index()]) {
        units.add(fusion.other(node));
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
    boolean relu = next.isPresent() && next.get().op() instanceof Op.Relu;
    if (relu) {
      last = take(next.get());
    }
    return new Unit(head, norm, residual, relu, last.index());
  }

  /** Sums, batch norms and pools that stand alone take the ReLU behind them at least. */
  private Unit other(Node head) {
    Node last = take(head);
    boolean combines = head.op() instanceof Op.Add || head.op() instanceof Op.BatchNorm;
    Optional<Node> next = soleReader(last);
    boolean relu = combines && next.isPresent() && next.get().op() instanceof Op.Relu;
    if (relu) {
      last = take(next.get());
    }
    return new Unit(head, Optional.empty(), OptionalInt.empty(), relu, last.index());
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

  /** The node that alone reads a node's output, if it may be computed along with it. */
  private Optional<Node> soleReader(Node node) {
    List<Integer> readers = graph.consumers(node);
    if (readers.size() != 1 || kept.contains(node.name())) {
      return Optional.empty();
    }
    Node reader = graph.node(readers.getFirst());
    return taken[reader.index()] ? Optional.empty() : Optional.of(reader);
  }
}
