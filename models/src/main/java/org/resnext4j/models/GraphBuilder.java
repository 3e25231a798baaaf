package org.resnext4j.models;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/**
 * Writes the layers of a {@link ResNeXt} into a graph, from the stem to the classifier. The nodes
 * have torchvision's names.
 */
final class GraphBuilder {

  private final ResNeXt model;
  private final TrunkOptions options;
  private final Graph.Builder graph;

  /** Creates a writer that adds a model, or parts of one, to a graph. */
  GraphBuilder(ResNeXt model, TrunkOptions options, Graph.Builder graph) {
    this.model = model;
    this.options = options;
    this.graph = graph;
  }

  /** Writes the whole network, from the input to the classifier. */
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

  /** Writes the stem. */
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
      case IMAGENET, IMAGENET_CUT_POOL -> {
        Op.Conv2d filters = new Op.Conv2d(model.inputChannels(), channels, 7, 2, 3, 1);
        yield pool(prefix, convolution(prefix, "1", input, filters));
      }
      case DEEP -> pool(prefix, deepStem(prefix, input, 32));
      case TIERED -> pool(prefix, deepStem(prefix, input, 24));
    };
  }

  /** Writes the stem's pool of stride 2. */
  private Node pool(String prefix, Node input) {
    String name = prefix + "maxpool";
    return switch (model.variant().smoothing()) {
      case NONE -> {
        boolean cut = model.stem() == Stem.IMAGENET_CUT_POOL;
        yield graph.add(name, cut ? new Op.MaxPool(3, 2, 0, true) : new Op.MaxPool(3, 2, 1), input);
      }
      case AVERAGE -> graph.add(name, new SeparableFilter.AveragePool(2, 2, false), input);
      case BLUR ->
          graph.add(
              name,
              new SeparableFilter.BlurPool(2),
              graph.add(prefix + "maxpool.0", new Op.MaxPool(3, 1, 1), input));
    };
  }

  /**
   * Writes the three 3×3 convolutions of a deep stem (ResNet-C of He et al. 2019) with timm's
   * names: {@code conv1.0}, {@code conv1.3}, {@code conv1.6}.
   */
  private Node deepStem(String prefix, Node input, int first) {
    int second = 32;
    Op.Conv2d halving = new Op.Conv2d(model.inputChannels(), first, 3, 2, 1, 1);
    Node node = graph.add(prefix + "conv1.0", halving, input);
    node = graph.add(prefix + "conv1.1", norm(first), node);
    node = graph.add(prefix + "conv1.2", activation(), node);
    node = graph.add(prefix + "conv1.3", new Op.Conv2d(first, second, 3, 1, 1, 1), node);
    node = graph.add(prefix + "conv1.4", norm(second), node);
    node = graph.add(prefix + "conv1.5", activation(), node);
    int channels = model.stemChannels();
    node = graph.add(prefix + "conv1.6", new Op.Conv2d(second, channels, 3, 1, 1, 1), node);
    node = graph.add(prefix + "bn1", norm(channels), node);
    return graph.add(prefix + "relu", activation(), node);
  }

  private Op activation() {
    return model.variant().activation().op();
  }

  private Node block(String name, Node input, int stage, int channels, int stride) {
    Node residual =
        model.kind() == BlockKind.BASIC
            ? basicResidual(name, input, stage, channels, stride)
            : bottleneckResidual(name, input, stage, channels, stride);
    if (model.shortcut() == Shortcut.NONE) {
      return graph.add(name + ".relu", activation(), residual);
    }
    Node shortcut = shortcut(name, input, channels, model.stageChannels(stage), stride);
    Node sum = graph.add(name + ".add", new Op.Add(), residual, shortcut);
    return graph.add(name + ".relu", activation(), sum);
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
            Node path = groupedPath(name, input, stage, channels, stride);
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
    Node residual = graph.add(name + ".bn3", norm(output), sum);
    AttentionBuilder attention = new AttentionBuilder(graph, options);
    return switch (model.variant().attention()) {
      case NONE, INNER_SQUEEZE_EXCITATION, SELECTIVE_KERNEL -> residual;
      case SQUEEZE_EXCITATION -> attention.squeezeExcitation(name + ".se", residual, output);
      case EFFICIENT -> attention.efficient(name + ".se", residual, output);
    };
  }

  /** Writes the first two convolutions of a grouped block and the variant's layers behind them. */
  private Node groupedPath(String name, Node input, int stage, int channels, int stride) {
    int width = model.stageWidth(stage);
    Variant variant = model.variant();
    boolean smooths = stride > 1 && variant.smoothing() != Smoothing.NONE;
    int step = smooths ? 1 : stride;
    int groups = model.stageCardinality(stage);
    AttentionBuilder attention = new AttentionBuilder(graph, options);
    Node path;
    if (variant.attention() == Attention.SELECTIVE_KERNEL) {
      Op.Conv2d reduce = new Op.Conv2d(channels, width, 1, 1, 0, 1);
      Node reduced = convolution(name + ".", "1", input, reduce);
      path = attention.selectiveKernel(name + ".conv2", reduced, width, step, groups);
    } else {
      Op.Conv2d grouped = new Op.Conv2d(width, width, 3, step, 1, groups);
      path = path(name + ".", input, channels, width, grouped);
    }
    if (smooths) {
      Op filter =
          variant.smoothing() == Smoothing.AVERAGE
              ? new SeparableFilter.AveragePool(stride, stride, false)
              : new SeparableFilter.BlurPool(stride);
      path = graph.add(name + ".aa", filter, path);
    }
    return variant.attention() == Attention.INNER_SQUEEZE_EXCITATION
        ? attention.squeezeExcitation(name + ".se", path, width)
        : path;
  }

  /** Writes the C paths of forms (a) and (b), up to their last ReLU. */
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
      case AVERAGED_PROJECTION ->
          sameShape ? input : averagedProjection(name, input, channels, output, stride);
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

  /**
   * Writes the projection of ResNet-D (He et al. 2019). The average pool before the convolution has
   * the stride. The pool's windows end at the border of a map of odd size, as in timm.
   */
  private Node averagedProjection(String name, Node input, int channels, int output, int stride) {
    Node small =
        stride == 1
            ? input
            : graph.add(
                name + ".downsample.0", new SeparableFilter.AveragePool(2, stride, true), input);
    Op.Conv2d filters = new Op.Conv2d(channels, output, 1, 1, 0, 1);
    Node projected = graph.add(name + ".downsample.1", filters, small);
    return graph.add(name + ".downsample.2", norm(output), projected);
  }

  private Node padding(String name, Node input, int stride, int before, int after) {
    return graph.add(name + ".subsample", new Op.Subsample(stride, before, after), input);
  }

  /**
   * Writes a convolution, its batch norm and its activation: {@code conv1}, {@code bn1}, {@code
   * relu1} ({@code relu} in the stem).
   */
  private Node convolution(String prefix, String number, Node input, Op.Conv2d filters) {
    Node convolved = graph.add(prefix + "conv" + number, filters, input);
    Op norm = norm(filters.outputChannels());
    Node normalised = graph.add(prefix + "bn" + number, norm, convolved);
    String relu = prefix.equals(options.prefix()) ? prefix + "relu" : prefix + "relu" + number;
    return graph.add(relu, activation(), normalised);
  }

  private Op.BatchNorm norm(int channels) {
    return new Op.BatchNorm(channels, options.normEpsilon());
  }
}
