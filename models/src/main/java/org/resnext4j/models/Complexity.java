package org.resnext4j.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.graph.Shape;

/**
 * The cost of a network at an input size, layer by layer: parameters, multiply-adds (the paper's
 * FLOPs) and bytes of its activations in float32.
 *
 * <p>As in the paper, only convolutions and linear layers count multiply-adds; batch norm, ReLU and
 * pooling count none. The running statistics of batch norms are not parameters.
 *
 * @param layers one entry for each node, in the graph's order
 */
public record Complexity(List<Layer> layers) {

  /** Copies the layers. */
  public Complexity {
    layers = List.copyOf(layers);
  }

  /**
   * The cost of one node.
   *
   * @param name the node's name
   * @param op the node's operation
   * @param output shape of the output, {@code [batch, height, width, channels]}
   * @param parameters number of trainable values
   * @param multiplyAdds number of multiplications, each with its addition
   */
  public record Layer(String name, Op op, Shape output, long parameters, long multiplyAdds) {

    /** Returns the bytes of the output in float32. */
    public long activationBytes() {
      return output.elements() * Float.BYTES;
    }

    /**
     * Returns the part of the network that contains the node: {@code stem}, {@code layer1} …,
     * {@code head}.
     */
    public String stage() {
      return isInStage() ? name.substring(0, name.indexOf('.')) : isHead() ? "head" : "stem";
    }

    /**
     * Returns the block that contains the node: {@code layer1.0} …, or {@code stem} or {@code
     * head}.
     */
    public String block() {
      return isInStage() ? name.substring(0, name.indexOf('.', name.indexOf('.') + 1)) : stage();
    }

    private boolean isInStage() {
      return name.startsWith("layer") && name.indexOf('.') >= 0;
    }

    private boolean isHead() {
      return name.equals("avgpool") || op instanceof Op.Linear;
    }
  }

  /**
   * The cost of a part of the network.
   *
   * @param name the part's name
   * @param output shape of the output of the part's last layer, {@code [batch, height, width,
   *     channels]}
   * @param parameters number of trainable values
   * @param multiplyAdds number of multiplications, each with its addition
   * @param activationBytes bytes of the outputs of all layers of the part, in float32
   */
  public record Part(
      String name, Shape output, long parameters, long multiplyAdds, long activationBytes) {

    static Part of(String name, List<Layer> layers) {
      return new Part(
          name,
          layers.getLast().output(),
          layers.stream().mapToLong(Layer::parameters).sum(),
          layers.stream().mapToLong(Layer::multiplyAdds).sum(),
          layers.stream().mapToLong(Layer::activationBytes).sum());
    }
  }

  /** The levels at which a network divides into parts. */
  public enum Level {
    /** The stem, each stage and the head. */
    STAGE,
    /** The stem, each block and the head. */
    BLOCK,
    /** Every node. */
    LAYER
  }

  /**
   * Counts the cost of a graph.
   *
   * @param input shape of the pictures, {@code [batch, height, width, channels]}; a batch of 1
   *     gives the cost of one picture
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot process pictures of
   *     this shape
   */
  public static Complexity of(Graph graph, Shape input) {
    List<Shape> shapes = graph.shapes(input);
    List<Layer> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Shape output = shapes.get(node.index());
      long parameters =
          node.op().parameters().stream()
              .filter(parameter -> parameter.role().isTrainable())
              .mapToLong(Parameter::elements)
              .sum();
      layers.add(
          new Layer(node.name(), node.op(), output, parameters, multiplyAdds(node.op(), output)));
    }
    return new Complexity(layers);
  }

  /** Counts the cost of a model for one picture of the model's usual size. */
  public static Complexity of(ResNeXt model) {
    return of(model, model.inputSize());
  }

  /** Counts the cost of a model for one square picture with a side of {@code size} pixels. */
  public static Complexity of(ResNeXt model, int size) {
    return of(model.graph(), new Shape(1, size, size, model.inputChannels()));
  }

  private static long multiplyAdds(Op op, Shape output) {
    return switch (op) {
      case Op.Conv2d convolution ->
          output.elements()
              * convolution.inputChannelsPerGroup()
              * convolution.kernel()
              * convolution.kernel();
      case AttentionOp.ChannelConvolution convolution -> output.elements() * convolution.kernel();
      case Op.Linear linear -> output.elements() * linear.inputs();
      case Op.Input _,
          Op.BatchNorm _,
          Op.Relu _,
          Op.Add _,
          Op.Concat _,
          Op.Subsample _,
          Op.UpsampleNearest _,
          Op.MaxPool _,
          Op.GlobalAveragePool _,
          Op.Pointwise _,
          SeparableFilter _,
          AttentionOp.ChannelScale _,
          AttentionOp.PathSoftmax _,
          AttentionOp.Slice _ ->
          0;
    };
  }

  /** Returns the total number of parameters. */
  public long parameters() {
    return layers.stream().mapToLong(Layer::parameters).sum();
  }

  /** Returns the total number of multiply-adds. */
  public long multiplyAdds() {
    return layers.stream().mapToLong(Layer::multiplyAdds).sum();
  }

  /**
   * Returns the bytes of the outputs of all nodes in float32. Training keeps these outputs in
   * memory if it recomputes none.
   */
  public long activationBytes() {
    return layers.stream().mapToLong(Layer::activationBytes).sum();
  }

  /** Returns the cost of each part at a level, in the network's order. */
  public List<Part> parts(Level level) {
    SequencedMap<String, List<Layer>> groups = new LinkedHashMap<>();
    for (Layer layer : layers) {
      String name =
          switch (level) {
            case STAGE -> layer.stage();
            case BLOCK -> layer.block();
            case LAYER -> layer.name();
          };
      groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(layer);
    }
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, List<Layer>> group : groups.entrySet()) {
      parts.add(Part.of(group.getKey(), group.getValue()));
    }
    return parts;
  }
}
