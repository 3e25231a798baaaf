package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.SeparableFilter;

/** The code that both libtorch contenders share: tensors, formats and the operations of a graph. */
final class Libtorch {

  private Libtorch() {}

  /**
   * Unpacks all of libtorch's files. By default JavaCPP unpacks each library while it loads the
   * libraries for the first time, and the process then crashes.
   *
   * @throws IOException if there is no room for the files
   */
  static void unpack() throws IOException {
    for (String name : List.of("openblas", "pytorch")) {
      Loader.cacheResources("/org/bytedeco/%s/%s/".formatted(name, Loader.getPlatform()));
    }
  }

  static Tensor tensor(float[] values, long... shape) {
    try (FloatPointer pointer = new FloatPointer(values)) {
      return torch.from_blob(pointer, shape).clone();
    }
  }

  static Tensor labels(int[] values) {
    long[] wide = java.util.Arrays.stream(values).asLongStream().toArray();
    try (LongPointer pointer = new LongPointer(wide);
        TensorOptions options =
            new TensorOptions().dtype(new ScalarTypeOptional(torch.ScalarType.Long))) {
      return torch.from_blob(pointer, new long[] {wide.length}, options).clone();
    }
  }

  static Tensor inFormat(Tensor tensor, torch.MemoryFormat format) {
    return tensor.dim() == 4
        ? tensor.to(torch.ScalarType.Float, false, true, new MemoryFormatOptional(format))
        : tensor.clone();
  }

  static float[] values(Tensor tensor) {
    Tensor flat = tensor.detach().contiguous();
    float[] values = new float[Math.toIntExact(flat.numel())];
    flat.data_ptr_float().get(values);
    return values;
  }

  /**
   * Runs a graph operation by operation.
   *
   * @param parameters tensors by full name
   * @param norm computes a batch norm, or skips it if it is folded into a convolution
   */
  static Tensor run(
      Graph graph,
      Map<String, Tensor> parameters,
      Tensor input,
      Function<Node, Function<Tensor, Tensor>> norm) {
    Tensor[] outputs = new Tensor[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      Tensor first = node.inputs().isEmpty() ? input : outputs[node.inputs().getFirst()];
      outputs[node.index()] =
          switch (node.op()) {
            case Op.Input _ -> input;
            case Op.Conv2d op ->
                torch.conv2d(
                    first,
                    parameters.get(node.parameterName("weight")),
                    optional(parameters.get(node.parameterName("bias"))),
                    new long[] {op.stride(), op.stride()},
                    new long[] {op.padding(), op.padding()},
                    new long[] {1, 1},
                    op.groups());
            case Op.BatchNorm _ -> norm.apply(node).apply(first);
            case Op.Relu _ -> torch.relu_(first);
            case Op.Add _ -> sum(graph, node, outputs);
            case Op.MaxPool op ->
                torch.max_pool2d(
                    first,
                    new long[] {op.kernel(), op.kernel()},
                    new long[] {op.stride(), op.stride()},
                    new long[] {op.padding(), op.padding()},
                    new long[] {1, 1},
                    false);
            case Op.GlobalAveragePool _ -> torch.adaptive_avg_pool2d(first, 1, 1).flatten(1, -1);
            case Op.Linear _ ->
                torch.linear(
                    first,
                    parameters.get(node.parameterName("weight")),
                    optional(parameters.get(node.parameterName("bias"))));
            case Op.Concat _ -> concatenation(node.inputs().stream().map(i -> outputs[i]).toList());
            case Op.UpsampleNearest _ ->
                throw new IllegalArgumentException(
                    "the comparison has no upsampling, which '%s' is".formatted(node.name()));
            case Op.Pointwise _,
                SeparableFilter _,
                AttentionOp.ChannelScale _,
                AttentionOp.ChannelConvolution _,
                AttentionOp.PathSoftmax _,
                AttentionOp.Slice _ ->
                throw new IllegalArgumentException(
                    "the comparison has no attention, which '%s' is".formatted(node.name()));
            case Op.Subsample _ ->
                throw new IllegalArgumentException(
                    "the comparison has no shortcut of type A, which '%s' is"
                        .formatted(node.name()));
          };
    }
    return outputs[graph.output().index()];
  }

  private static TensorOptional optional(Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor);
  }

  /** Adds in place, like PyTorch's own residual networks, if no other node reads the first term. */
  private static Tensor sum(Graph graph, Node node, Tensor[] outputs) {
    Tensor sum = outputs[node.inputs().getFirst()];
    boolean ours = graph.consumers(graph.node(node.inputs().getFirst())).size() == 1;
    for (int term : node.inputs().subList(1, node.inputs().size())) {
      sum = ours ? sum.add_(outputs[term]) : torch.add(sum, outputs[term]);
      ours = true;
    }
    return sum;
  }

  private static Tensor concatenation(List<Tensor> tensors) {
    return torch.cat(new TensorVector(tensors.toArray(Tensor[]::new)), 1);
  }

  static long[] shape(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).toArray();
  }

  static LongArrayRef reference(long... values) {
    return new LongArrayRef(values, values.length);
  }
}
