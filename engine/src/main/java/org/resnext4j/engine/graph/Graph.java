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
 * A network as data: an immutable list of nodes in topological order. The first node is the input.
 * Every output of the network is a node and has a name. A classifier has one output, by default the
 * last node; a trunk that feeds a detector has several.
 *
 * <p>A graph does not fix the size of its input: {@link #shapes} computes the shapes for any size.
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

  /** All nodes in topological order: each node follows the nodes that it reads. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node at a position. */
  public Node node(int index) {
    return nodes.get(index);
  }

  /**
   * The node with a name.
   *
   * @throws IllegalArgumentException if no node has the name
   */
  public Node node(String name) {
    Node node = byName.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node named '" + name + "'");
    }
    return node;
  }

  /** The operation of the first node, which receives the pictures. */
  public Op.Input input() {
    return (Op.Input) nodes.getFirst().op();
  }

  /** The nodes that compute the network's outputs, by the names of the outputs; at least one. */
  public SequencedMap<String, Node> outputs() {
    return outputs;
  }

  /**
   * The node that computes an output.
   *
   * @throws IllegalArgumentException if no output has the name; the message lists the outputs
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
   * The node that computes the only output.
   *
   * @throws IllegalStateException if the graph has several outputs
   */
  public Node output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException(
          "the graph has several outputs, %s; name one".formatted(outputs.keySet()));
    }
    return outputs.firstEntry().getValue();
  }

  /** The positions of the nodes that read a node's output. */
  public List<Integer> consumers(Node node) {
    return consumers.get(node.index());
  }

  /** All parameters by full name, in the order of PyTorch's {@code state_dict}. */
  public SequencedMap<String, Parameter> parameters() {
    return parameters;
  }

  /**
   * The shape of every node's output, by position.
   *
   * @param input shape of the pictures
   * @throws ShapeException if a node cannot take its inputs; the message names the node
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

  /** Builds a graph node by node. */
  public static final class Builder {

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Node> byName = new HashMap<>();
    private final SequencedMap<String, Node> outputs = new LinkedHashMap<>();

    /** Starts an empty graph. The first node must be an {@link Op.Input}. */
    public Builder() {}

    /**
     * Adds a node after the nodes that it reads.
     *
     * @throws IllegalArgumentException if another node has the name, if an input belongs to another
     *     graph, or if an {@link Op.Input} is not the first node or the first node is no {@link
     *     Op.Input}
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
     * Declares the output of a node an output of the network.
     *
     * @param name the output's name, such as {@code c5}; it may differ from the node's name
     * @throws IllegalArgumentException if another output has the name, or if the node belongs to
     *     another graph
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
     * The finished graph. If no output was declared, the last node is the output and gives it its
     * name.
     *
     * @throws IllegalStateException if the graph has no node
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
