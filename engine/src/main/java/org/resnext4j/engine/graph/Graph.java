package org.resnext4j.engine.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A network as data: an immutable list of nodes, each after those it reads. The first is the input.
 * The outputs are nodes with a name: one for a classifier, the last node where nothing else is
 * said; several for a trunk that feeds a detector.
 *
 * <p>A graph has no input size of its own: {@link #shapes} works all shapes out for any.
 *
 * {@snippet :
 * Graph.Builder builder = new Graph.Builder();
 * Node input = builder.add("input", new Op.Input(3));
 * Node conv = builder.add("conv1", new Op.Conv2d(3, 64, 3, 1, 1, 1), input);
 * builder.add("relu", new Op.Relu(), conv);
 * Graph graph = builder.build(); // one output, named "relu"
 * }
 *
 * <p>With several outputs:
 *
 * {@snippet :
 * builder.output("features", conv);
 * builder.output("activated", relu);
 * }
 */
public final class Graph {

  private final List<Node> nodes;
  private final Map<String, Node> byName;
  private final SequencedMap<String, Parameter> parameters;
  private final List<List<Integer>> consumers;
  private final SequencedMap<String, Node> outputs;

  private Graph(List<Node> nodes, SequencedMap<String, Node> outputs) {
    this.nodes = List.copyOf(nodes);
    this.outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
    this.byName = new HashMap<>();
    SequencedMap<String, Parameter> owned = new LinkedHashMap<>();
    List<List<Integer>> readers = new ArrayList<>();
    for (Node node : nodes) {
      byName.put(node.name(), node);
      readers.add(new ArrayList<>());
      for (Parameter parameter : node.op().parameters()) {
        owned.put(node.parameterName(parameter), parameter);
      }
      for (int input : node.inputs()) {
        readers.get(input).add(node.index());
      }
    }
    this.parameters = Collections.unmodifiableSequencedMap(owned);
    this.consumers = readers.stream().map(List::copyOf).toList();
  }

  /** All nodes, each after those it reads. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node at a position. */
  public Node node(int index) {
    return nodes.get(index);
  }

  /**
   * The node of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Node node(String name) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node named '" + name + "'");
    }
    return node;
  }

  /** Where pictures enter. */
  public Op.Input input() {
    return (Op.Input) nodes.getFirst().op();
  }

  /** The nodes whose outputs are the network's, by the outputs' names; at least one. */
  public SequencedMap<String, Node> outputs() {
    return outputs;
  }

  /**
   * The node of an output.
   *
   * @throws IllegalArgumentException if there is no output of the name, naming those there are
   */
  public Node output(String name) {
    Node node = outputs.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "the graph has no output named '%s'; it has %s".formatted(name, outputs.keySet()));
    }
    return node;
  }

  /**
   * The node of the only output.
   *
   * @throws IllegalStateException if there are several
   */
  public Node output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException(
          "the graph has several outputs, %s; name one".formatted(outputs.keySet()));
    }
    return outputs.firstEntry().getValue();
  }

  /** Positions of the nodes that read a node's output. */
  public List<Integer> consumers(Node node) {
    return consumers.get(node.index());
  }

  /** Every parameter by its full name, in the order of PyTorch's {@code state_dict}. */
  public SequencedMap<String, Parameter> parameters() {
    return parameters;
  }

  /**
   * The shape of every node's output, by position.
   *
   * @param input shape of the pictures
   * @throws ShapeException naming the node that cannot take its inputs
   */
  public List<Shape> shapes(Shape input) {
    Shape[] shapes = new Shape[nodes.size()];
    for (Node node : nodes) {
      List<Shape> inputs =
          node.op() instanceof Op.Input
              ? List.of(input)
              : node.inputs().stream().map(i -> shapes[i]).toList();
      try {
        shapes[node.index()] = node.op().infer(inputs);
      } catch (ShapeException e) {
        throw new ShapeException("'%s': %s".formatted(node.name(), e.getMessage()));
      }
    }
    return List.of(shapes);
  }

  /** Collects nodes in order. */
  public static final class Builder {

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Node> byName = new HashMap<>();
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();

    /** An empty graph; the first node added must be an {@link Op.Input}. */
    public Builder() {}

    /**
     * Adds a node behind those it reads.
     *
     * @throws IllegalArgumentException if the name is taken, an input is not of this graph, or the
     *     input of the network is not exactly the first node
     */
    public Node add(String name, Op op, Node... inputs) {
      if ((op instanceof Op.Input) != nodes.isEmpty()) {
        throw new IllegalArgumentException(
            "a graph's first node, and no other, must be its input, but node %d is '%s'"
                .formatted(nodes.size(), name));
      }
      for (Node input : inputs) {
        if (input.index() >= nodes.size() || !nodes.get(input.index()).equals(input)) {
          throw new IllegalArgumentException(
              "'%s' reads '%s', which is not a node of this graph".formatted(name, input.name()));
        }
      }
      Node node = new Node(nodes.size(), name, op, Arrays.stream(inputs).map(Node::index).toList());
      if (byName.putIfAbsent(name, node) != null) {
        throw new IllegalArgumentException("two nodes are named '" + name + "'");
      }
      nodes.add(node);
      return node;
    }

    /**
     * Makes a node's output one of the network's.
     *
     * @param name the output's name, such as {@code c5}; need not be the node's
     * @throws IllegalArgumentException if the name is taken or the node is not of this graph
     */
    public void output(String name, Node node) {
      if (!node.equals(byName.get(node.name()))) {
        throw new IllegalArgumentException(
            "output '%s' is '%s', which is not a node of this graph".formatted(name, node.name()));
      }
      if (outputs.putIfAbsent(name, node) != null) {
        throw new IllegalArgumentException("two outputs are named '" + name + "'");
      }
    }

    /**
     * The finished graph. Its output is the last node, by that node's name, if none was named.
     *
     * @throws IllegalStateException if nothing was added
     */
    public Graph build() {
      if (nodes.isEmpty()) {
        throw new IllegalStateException("a graph needs at least its input");
      }
      if (outputs.isEmpty()) {
        outputs.put(nodes.getLast().name(), nodes.getLast());
      }
      return new Graph(nodes, outputs);
    }
  }
}
