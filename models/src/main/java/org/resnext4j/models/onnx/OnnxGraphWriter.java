package org.resnext4j.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.resnext4j.engine.fusion.FoldedConvolution;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/**
 * Translates a graph into ONNX's nodes. ONNX's activations have the shape {@code [batch, channels,
 * height, width]}.
 */
final class OnnxGraphWriter {

  private static final String OUTPUT = "logits";

  private final Graph graph;
  private final Weights weights;
  private final OnnxOptions options;
  private final Initialisers initialisers;
  private final GraphProto.Builder onnx = GraphProto.newBuilder();

  /**
   * The ONNX name of each node's output. A folded batch norm shares the name of its convolution's
   * output.
   */
  private final Map<Integer, String> outputs = new HashMap<>();

  OnnxGraphWriter(Graph graph, Weights weights, OnnxOptions options, Initialisers initialisers) {
    this.graph = graph;
    this.weights = weights;
    this.options = options;
    this.initialisers = initialisers;
  }

  GraphProto write(String name) {
    onnx.setName(name);
    graph.nodes().forEach(this::write);
    graph.outputs().values().forEach(node -> onnx.addOutput(output(node)));
    return onnx.build();
  }

  private void write(Node node) {
    outputs.put(node.index(), outputName(node).orElse(node.name()));
    switch (node.op()) {
      case Op.Input input -> onnx.addInput(input(node, input));
      case Op.Conv2d convolution -> convolution(node, convolution);
      case Op.BatchNorm norm -> batchNorm(node, norm);
      case Op.Relu() -> add("Relu", node, inputs(node));
      case Op.Add() -> add(node.inputs().size() == 2 ? "Add" : "Sum", node, inputs(node));
      case Op.Concat() -> add("Concat", node, inputs(node), integer("axis", 1));
      case Op.Subsample subsample -> subsample(node, subsample);
      case Op.UpsampleNearest() -> upsample(node);
      case Op.MaxPool pool ->
          add(
              "MaxPool",
              node,
              inputs(node),
              integers("kernel_shape", pool.kernel(), pool.kernel()),
              integers("strides", pool.stride(), pool.stride()),
              padding(pool.padding()),
              integer("ceil_mode", pool.partial() ? 1 : 0));
      case Op.GlobalAveragePool() -> add("GlobalAveragePool", node, inputs(node));
      case Op.Linear _ -> linear(node);
      case Op.Pointwise pointwise -> pointwise(node, pointwise);
      case SeparableFilter.AveragePool pool ->
          add(
              "AveragePool",
              node,
              inputs(node),
              integers("kernel_shape", pool.kernel(), pool.kernel()),
              integers("strides", pool.stride(), pool.stride()),
              integer("ceil_mode", pool.partial() ? 1 : 0),
              integer("count_include_pad", 0));
      case SeparableFilter.BlurPool pool -> blur(node, pool);
      case AttentionOp.ChannelScale _ -> add("Mul", node, inputs(node));
      case AttentionOp.ChannelConvolution convolution -> channelConvolution(node, convolution);
      case AttentionOp.PathSoftmax softmax -> pathSoftmax(node, softmax);
      case AttentionOp.Slice slice -> {
        String name = node.name();
        onnx.addInitializer(Initialisers.longs(name + ".starts", slice.first()));
        onnx.addInitializer(Initialisers.longs(name + ".ends", slice.first() + slice.count()));
        onnx.addInitializer(Initialisers.longs(name + ".axes", 1));
        add(
            "Slice",
            node,
            new String[] {input(node), name + ".starts", name + ".ends", name + ".axes"});
      }
    }
  }

  private void convolution(Node node, Op.Conv2d convolution) {
    Tensor filters = weight(node, "weight");
    Optional<float[]> bias =
        convolution.bias() ? Optional.of(weight(node, "bias").values()) : Optional.empty();
    Optional<Node> norm = foldedNorm(node);
    if (norm.isPresent()) {
      FoldedConvolution folded = FoldedConvolution.of(node, norm, weights);
      filters = new Tensor(filters.shape(), scaled(folded));
      bias = Optional.of(rounded(folded.shift()));
      outputs.put(norm.get().index(), outputs.get(node.index()));
    }
    String weightName = node.parameterName("weight");
    floats(weightName, filters.shape(), filters.values());
    String[] inputs = {input(node), weightName};
    if (bias.isPresent()) {
      String biasName = node.parameterName("bias");
      floats(biasName, List.of(bias.get().length), bias.get());
      inputs = new String[] {input(node), weightName, biasName};
    }
    add(
        "Conv",
        node,
        inputs,
        integers("kernel_shape", convolution.kernel(), convolution.kernel()),
        integers("strides", convolution.stride(), convolution.stride()),
        padding(convolution.padding()),
        integers("dilations", convolution.dilation(), convolution.dilation()),
        integer("group", convolution.groups()));
  }

  /**
   * Returns the batch norm that the writer folds into a convolution: the only reader of the
   * convolution's output.
   */
  private Optional<Node> foldedNorm(Node convolution) {
    List<Integer> readers = graph.consumers(convolution);
    if (!options.foldBatchNorm() || readers.size() != 1) {
      return Optional.empty();
    }
    return Optional.of(graph.node(readers.getFirst()))
        .filter(reader -> reader.op() instanceof Op.BatchNorm)
        .filter(reader -> outputName(convolution).isEmpty() && outputName(reader).isEmpty());
  }

  private void batchNorm(Node node, Op.BatchNorm norm) {
    Node before = graph.node(node.inputs().getFirst());
    if (before.op() instanceof Op.Conv2d && foldedNorm(before).isPresent()) {
      outputs.put(node.index(), outputs.get(before.index()));
      return;
    }
    List<String> parameters = List.of("weight", "bias", "running_mean", "running_var");
    String[] inputs = new String[1 + parameters.size()];
    inputs[0] = input(node);
    for (int i = 0; i < parameters.size(); i++) {
      inputs[i + 1] = node.parameterName(parameters.get(i));
      Tensor tensor = weight(node, parameters.get(i));
      floats(inputs[i + 1], tensor.shape(), tensor.values());
    }
    add("BatchNormalization", node, inputs, real("epsilon", (float) norm.epsilon()));
  }

  /** Returns the filters, each multiplied by the factor of its output channel. */
  private static float[] scaled(FoldedConvolution folded) {
    float[] values = folded.filters().clone();
    int row = values.length / folded.scale().length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * folded.scale()[i / row]);
    }
    return values;
  }

  private static float[] rounded(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  private void pointwise(Node node, Op.Pointwise pointwise) {
    switch (pointwise.function()) {
      case SIGMOID -> add("Sigmoid", node, inputs(node));
      case HARD_SIGMOID ->
          add("HardSigmoid", node, inputs(node), real("alpha", 1f / 6), real("beta", 0.5f));
      case SILU -> {
        String gate = node.name() + ".gate";
        operator("Sigmoid", gate, List.of(input(node)));
        add("Mul", node, new String[] {input(node), gate});
      }
    }
  }

  /**
   * Writes a blur pool: a reflecting pad, then one 3×3 convolution for each channel. The channels
   * become the batch, so one filter serves all of them.
   */
  private void blur(Node node, SeparableFilter.BlurPool pool) {
    String name = node.name();
    String x = input(node);
    onnx.addInitializer(Initialisers.longs(name + ".pads", 0, 0, 1, 1, 0, 0, 1, 1));
    operator("Pad", name + ".padded", List.of(x, name + ".pads"), text("mode", "reflect"));
    operator("Shape", name + ".shape", List.of(name + ".padded"));
    onnx.addInitializer(Initialisers.longs(name + ".zero", 0));
    onnx.addInitializer(Initialisers.longs(name + ".two", 2));
    onnx.addInitializer(Initialisers.longs(name + ".four", 4));
    onnx.addInitializer(Initialisers.longs(name + ".single", -1, 1));
    operator("Slice", name + ".size", List.of(name + ".shape", name + ".two", name + ".four"));
    operator("Slice", name + ".channels", List.of(name + ".shape", name + ".zero", name + ".two"));
    operator(
        "Concat", name + ".planes", List.of(name + ".single", name + ".size"), integer("axis", 0));
    operator("Reshape", name + ".flat", List.of(name + ".padded", name + ".planes"));
    float[] filter = new float[9];
    float[] row = {0.25f, 0.5f, 0.25f};
    for (int i = 0; i < filter.length; i++) {
      filter[i] = row[i / 3] * row[i % 3];
    }
    floats(name + ".filter", List.of(1, 1, 3, 3), filter);
    operator(
        "Conv",
        name + ".blurred",
        List.of(name + ".flat", name + ".filter"),
        integers("kernel_shape", 3, 3),
        integers("strides", pool.stride(), pool.stride()));
    operator("Shape", name + ".outShape", List.of(name + ".blurred"));
    operator(
        "Slice", name + ".outSize", List.of(name + ".outShape", name + ".two", name + ".four"));
    operator(
        "Concat",
        name + ".result",
        List.of(name + ".channels", name + ".outSize"),
        integer("axis", 0));
    add("Reshape", node, new String[] {name + ".blurred", name + ".result"});
  }

  /**
   * Writes a 1-D convolution over the channels of a pooled map. A reshape turns {@code [batch,
   * channels, 1, 1]} into the row {@code [batch, 1, channels]}.
   */
  private void channelConvolution(Node node, AttentionOp.ChannelConvolution convolution) {
    String name = node.name();
    String weight = node.parameterName("weight");
    floats(weight, List.of(1, 1, convolution.kernel()), weight(node, "weight").values());
    onnx.addInitializer(Initialisers.longs(name + ".row", 0, 1, -1));
    onnx.addInitializer(Initialisers.longs(name + ".map", 0, -1, 1, 1));
    operator("Reshape", name + ".channels", List.of(input(node), name + ".row"));
    operator(
        "Conv",
        name + ".convolved",
        List.of(name + ".channels", weight),
        integers("kernel_shape", convolution.kernel()),
        integers("pads", convolution.kernel() / 2, convolution.kernel() / 2));
    add("Reshape", node, new String[] {name + ".convolved", name + ".map"});
  }

  private void pathSoftmax(Node node, AttentionOp.PathSoftmax softmax) {
    String name = node.name();
    onnx.addInitializer(Initialisers.longs(name + ".split", 0, softmax.paths(), -1));
    onnx.addInitializer(Initialisers.longs(name + ".joined", 0, -1, 1, 1));
    operator("Reshape", name + ".paths", List.of(input(node), name + ".split"));
    operator("Softmax", name + ".shares", List.of(name + ".paths"), integer("axis", 1));
    add("Reshape", node, new String[] {name + ".shares", name + ".joined"});
  }

  /**
   * Writes a subsampling: a slice takes every stride-th pixel, then a pad adds channels of zeros
   * before and after.
   */
  private void subsample(Node node, Op.Subsample subsample) {
    String name = node.name();
    String strided = name + ".strided";
    int stride = subsample.stride();
    onnx.addInitializer(Initialisers.longs(name + ".starts", 0, 0));
    onnx.addInitializer(Initialisers.longs(name + ".ends", Long.MAX_VALUE, Long.MAX_VALUE));
    onnx.addInitializer(Initialisers.longs(name + ".axes", 2, 3));
    onnx.addInitializer(Initialisers.longs(name + ".steps", stride, stride));
    onnx.addNode(
        NodeProto.newBuilder()
            .setOpType("Slice")
            .setName(strided)
            .addInput(input(node))
            .addInput(name + ".starts")
            .addInput(name + ".ends")
            .addInput(name + ".axes")
            .addInput(name + ".steps")
            .addOutput(strided));
    onnx.addInitializer(
        Initialisers.longs(
            name + ".pads",
            0,
            subsample.channelsBefore(),
            0,
            0,
            0,
            subsample.channelsAfter(),
            0,
            0));
    add("Pad", node, new String[] {strided, name + ".pads"});
  }

  /**
   * Writes a nearest-neighbour upsampling. The file takes the output's height and width from the
   * second input when it runs.
   */
  private void upsample(Node node) {
    String name = node.name();
    String map = input(node);
    String like = outputs.get(node.inputs().getLast());
    onnx.addInitializer(Initialisers.longs(name + ".zero", 0));
    onnx.addInitializer(Initialisers.longs(name + ".two", 2));
    onnx.addInitializer(Initialisers.longs(name + ".four", 4));
    operator("Shape", name + ".mapShape", List.of(map));
    operator(
        "Slice",
        name + ".batchChannels",
        List.of(name + ".mapShape", name + ".zero", name + ".two"));
    operator("Shape", name + ".likeShape", List.of(like));
    operator(
        "Slice",
        name + ".heightWidth",
        List.of(name + ".likeShape", name + ".two", name + ".four"));
    operator(
        "Concat",
        name + ".sizes",
        List.of(name + ".batchChannels", name + ".heightWidth"),
        integer("axis", 0));
    add(
        "Resize",
        node,
        new String[] {map, "", "", name + ".sizes"},
        text("mode", "nearest"),
        text("nearest_mode", "floor"),
        text("coordinate_transformation_mode", "asymmetric"));
  }

  /**
   * Writes an ONNX node without a counterpart in the graph. The node's output has the node's name.
   */
  private void operator(
      String operator, String name, List<String> inputs, AttributeProto... attributes) {
    onnx.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(Arrays.asList(attributes)));
  }

  private void linear(Node node) {
    String flat = node.name() + ".flat";
    onnx.addNode(
        NodeProto.newBuilder()
            .setOpType("Flatten")
            .setName(flat)
            .addInput(input(node))
            .addOutput(flat)
            .addAttribute(integer("axis", 1)));
    for (String parameter : List.of("weight", "bias")) {
      Tensor tensor = weight(node, parameter);
      floats(node.parameterName(parameter), tensor.shape(), tensor.values());
    }
    String[] inputs = {flat, node.parameterName("weight"), node.parameterName("bias")};
    add("Gemm", node, inputs, integer("transB", 1));
  }

  private ValueInfoProto input(Node node, Op.Input input) {
    String size = options.size() == 0 ? "" : Integer.toString(options.size());
    return value(
        node.name(),
        List.of(
            "batch",
            Integer.toString(input.channels()),
            size.isEmpty() ? "height" : size,
            size.isEmpty() ? "width" : size));
  }

  /**
   * Returns the name of an output. The only output of a graph has the name {@value #OUTPUT}; each
   * of several outputs has its own name.
   */
  private Optional<String> outputName(Node node) {
    return graph.outputs().entrySet().stream()
        .filter(entry -> entry.getValue().equals(node))
        .map(entry -> graph.outputs().size() == 1 ? OUTPUT : entry.getKey())
        .findFirst();
  }

  private ValueInfoProto output(Node node) {
    String name = outputs.get(node.index());
    return node.op() instanceof Op.Linear linear
        ? value(name, List.of("batch", Integer.toString(linear.outputs())))
        : value(name, List.of("batch", name + "_channels", name + "_height", name + "_width"));
  }

  /**
   * Returns the description of a float32 tensor. A number is a fixed dimension, any other text is
   * the name of an open dimension.
   */
  private static ValueInfoProto value(String name, List<String> dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dimension : dimensions) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      if (dimension.chars().allMatch(Character::isDigit)) {
        size.setDimValue(Long.parseLong(dimension));
      } else {
        size.setDimParam(dimension);
      }
      shape.addDim(size);
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private void add(String operator, Node node, String[] inputs, AttributeProto... attributes) {
    onnx.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(node.name())
            .addAllInput(Arrays.asList(inputs))
            .addOutput(outputs.get(node.index()))
            .addAllAttribute(Arrays.asList(attributes)));
  }

  private void floats(String name, List<Integer> shape, float[] values) {
    onnx.addInitializer(initialisers.floats(name, shape, values));
  }

  private Tensor weight(Node node, String parameter) {
    return weights.get(node.parameterName(parameter));
  }

  private String input(Node node) {
    return outputs.get(node.inputs().getFirst());
  }

  private String[] inputs(Node node) {
    return node.inputs().stream().map(outputs::get).toArray(String[]::new);
  }

  private static AttributeProto padding(int pixels) {
    return integers("pads", pixels, pixels, pixels, pixels);
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }

  private static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  private static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }
}
