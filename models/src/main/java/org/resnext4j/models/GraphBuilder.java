package org.resnext4j.models;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;

/** Writes a {@link ResNeXt} down in a graph, stem to classifier, in torchvision's names. */
final class GraphBuilder {

  private final ResNeXt model;
  private final TrunkOptions options;
  private final Graph.Builder graph;

  /** A writer of a model, or of parts of it, into a graph. */
  GraphBuilder(ResNeXt model, TrunkOptions options, Graph.Builder graph) {
    this.model = model;
    this.options = options;
    this.graph = graph;
  }

  /** Writes the whole network, input to classifier. */
  void network() {
    Node node = stem(graph.add("input", new Op.Input(model.inputChannels())));
    for (int stage = 0; stage < model.stages().size(); stage++) {
      node = stage(stage, node);
    }
    int channels = model.stageChannels(model.stages().size() - 1);
    node = graph.add("avgpool", new Op.GlobalAveragePool(), node);
    graph.add("fc", new Op.Linear(channels, model.classes()), node);
  }

  /** Writes the blocks of a stage (from 0). */
  Node stage(int stage, Node input) {
    Node node = input;
    int channels = stage == 0 ? model.stemChannels() : model.stageChannels(stage - 1);
    for (int block = 0; block < model.stages().get(stage); block++) {
      int stride = stage > 0 && block == 0 ? 2 : 1;
      String name = options.prefix() + ResNeXt.blockName(stage, block);
      node = block(name, node, stage, channels, stride);
      channels = model.stageChannels(stage);
    }
    return node;
  }

  /** Writes all in front of the first stage. */
  Node stem(Node input) {
    int channels = model.stemChannels();
    String prefix = options.prefix();
    return switch (model.stem()) {
      case CIFAR ->
          convolution(
              prefix, "1", input, new Op.Conv2d(model.inputChannels(), channels, 3, 1, 1, 1));
      case CIFAR_POINTWISE ->
          convolution(
              prefix, "1", input, new Op.Conv2d(model.inputChannels(), channels, 1, 1, 0, 1));
      case IMAGENET -> {
        Op.Conv2d filters = new Op.Conv2d(model.inputChannels(), channels, 7, 2, 3, 1);
        yield graph.add(
            prefix + "maxpool", new Op.MaxPool(3, 2, 1), convolution(prefix, "1", input, filters));
      }
    };
  }

  private Node block(String name, Node input, int stage, int channels, int stride) {
    Node residual =
        model.kind() == BlockKind.BASIC
            ? basicResidual(name, input, stage, channels, stride)
            : bottleneckResidual(name, input, stage, channels, stride);
    if (model.shortcut() == Shortcut.NONE) {
      return graph.add(name + ".relu", new Op.Relu(), residual);
    }
    Node shortcut = shortcut(name, input, channels, model.stageChannels(stage), stride);
    Node sum = graph.add(name + ".add", new Op.Add(), residual, shortcut);
    return graph.add(name + ".relu", new Op.Relu(), sum);
  }

  private Node basicResidual(String name, Node input, int stage, int channels, int stride) {
    int width = model.stageChannels(stage);
    Node inner =
        convolution(name + ".", "1", input, new Op.Conv2d(channels, width, 3, stride, 1, 1));
    Node outer = graph.add(name + ".conv2", new Op.Conv2d(width, width, 3, 1, 1, 1), inner);
    return graph.add(name + ".bn2", norm(width), outer);
  }

  private Node bottleneckResidual(String name, Node input, int stage, int channels, int stride) {
    int width = model.stageWidth(stage);
    int output = model.stageChannels(stage);
    Node sum =
        switch (model.form()) {
          case GROUPED -> {
            Op.Conv2d grouped = new Op.Conv2d(width, width, 3, stride, 1, model.cardinality());
            Node path = path(name + ".", input, channels, width, grouped);
            yield graph.add(name + ".conv3", new Op.Conv2d(width, output, 1, 1, 0, 1), path);
          }
          case CONCATENATED -> {
            Node paths =
                join(
                    name + ".concat", new Op.Concat(), paths(name, input, stage, channels, stride));
            yield graph.add(name + ".conv3", new Op.Conv2d(width, output, 1, 1, 0, 1), paths);
          }
          case SUMMED -> {
            Op.Conv2d last = new Op.Conv2d(model.pathWidth(stage), output, 1, 1, 0, 1);
            List<Node> outputs = new ArrayList<>();
            for (Node path : paths(name, input, stage, channels, stride)) {
              String convolution = BlockForms.pathName(name, outputs.size()) + "conv3";
              outputs.add(graph.add(convolution, last, path));
            }
            yield join(name + ".sum", new Op.Add(), outputs);
          }
        };
    return graph.add(name + ".bn3", norm(output), sum);
  }

  /** The C paths of forms (a) and (b), up to their last ReLU. */
  private List<Node> paths(String name, Node input, int stage, int channels, int stride) {
    int width = model.pathWidth(stage);
    Op.Conv2d transform = new Op.Conv2d(width, width, 3, stride, 1, 1);
    List<Node> paths = new ArrayList<>();
    for (int path = 0; path < model.cardinality(); path++) {
      paths.add(path(BlockForms.pathName(name, path), input, channels, width, transform));
    }
    return paths;
  }

  private Node path(String prefix, Node input, int channels, int width, Op.Conv2d transform) {
    Node reduced = convolution(prefix, "1", input, new Op.Conv2d(channels, width, 1, 1, 0, 1));
    return convolution(prefix, "2", reduced, transform);
  }

  private Node join(String name, Op op, List<Node> nodes) {
    return nodes.size() == 1 ? nodes.getFirst() : graph.add(name, op, nodes.toArray(Node[]::new));
  }

  private Node shortcut(String name, Node input, int channels, int output, int stride) {
    boolean sameShape = stride == 1 && channels == output;
    return switch (model.shortcut()) {
      case NONE -> throw new IllegalStateException("a block without shortcut has none to build");
      case PROJECTION_ALWAYS -> projection(name, input, channels, output, stride);
      case PROJECTION -> sameShape ? input : projection(name, input, channels, output, stride);
      case ZERO_PADDING -> sameShape ? input : padding(name, input, stride, 0, output - channels);
      case CENTRED_ZERO_PADDING -> {
        int before = (output - channels) / 2;
        yield sameShape ? input : padding(name, input, stride, before, output - channels - before);
      }
    };
  }

  private Node projection(String name, Node input, int channels, int output, int stride) {
    Op.Conv2d filters = new Op.Conv2d(channels, output, 1, stride, 0, 1);
    Node projected = graph.add(name + ".downsample.0", filters, input);
    return graph.add(name + ".downsample.1", norm(output), projected);
  }

  private Node padding(String name, Node input, int stride, int before, int after) {
    return graph.add(name + ".subsample", new Op.Subsample(stride, before, after), input);
  }

  /**
   * Convolution, batch norm, ReLU: {@code conv1}, {@code bn1}, {@code relu1} ({@code relu} of the
   * stem).
   */
  private Node convolution(String prefix, String number, Node input, Op.Conv2d filters) {
    Node convolved = graph.add(prefix + "conv" + number, filters, input);
    Op norm = norm(filters.outputChannels());
    Node normalised = graph.add(prefix + "bn" + number, norm, convolved);
    String relu = prefix.equals(options.prefix()) ? prefix + "relu" : prefix + "relu" + number;
    return graph.add(relu, new Op.Relu(), normalised);
  }

  private Op.BatchNorm norm(int channels) {
    return new Op.BatchNorm(channels, options.normEpsilon());
  }
}
