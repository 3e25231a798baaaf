package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.models.weights.ModelFile;

/**
 * A prediction in libtorch. Batch norms are folded into the convolutions before them, and ReLU
 * works in place.
 */
final class LibtorchInference implements Contender {

  private final Graph graph;
  private final NoGradGuard noGradients;
  private final Map<String, Tensor> parameters = new HashMap<>();
  private final Tensor images;
  private float[] logits = new float[0];

  LibtorchInference(Workload workload, torch.MemoryFormat format) throws IOException {
    torch.set_num_threads(workload.threads());
    noGradients = new NoGradGuard();
    ModelFile file = ModelFile.load(workload.safetensors());
    graph = file.model().graph();
    fold(file).forEach((name, tensor) -> parameters.put(name, Libtorch.inFormat(tensor, format)));
    images =
        Libtorch.inFormat(
            Libtorch.tensor(
                workload.planarImages(), workload.batch(), 3, workload.size(), workload.size()),
            format);
  }

  /**
   * Folds each batch norm: multiplies its scale into the weights and adds its shift as the
   * convolution's bias.
   */
  private static Map<String, Tensor> fold(ModelFile file) {
    Map<String, Tensor> tensors = new HashMap<>();
    for (Node node : file.model().graph().nodes()) {
      switch (node.op()) {
        case Op.Conv2d _, Op.Linear _ ->
            node.op()
                .parameters()
                .forEach(parameter -> {
                  String name = node.parameterName(parameter);
                  float[] values = file.weights().get(name).values().clone();
                  tensors.put(name, Libtorch.tensor(values, Libtorch.shape(parameter.shape())));
                });
        case Op.BatchNorm norm -> foldNorm(file, node, norm, tensors);
        default -> {
          // Owns nothing.
        }
      }
    }
    return tensors;
  }

  private static void foldNorm(
      ModelFile file, Node node, Op.BatchNorm norm, Map<String, Tensor> tensors) {
    Node convolution = file.model().graph().node(node.inputs().getFirst());
    String weightName = convolution.parameterName("weight");
    float[] weight = file.weights().get(weightName).values().clone();
    float[] scale = file.weights().get(node.parameterName("weight")).values();
    float[] shift = file.weights().get(node.parameterName("bias")).values();
    float[] mean = file.weights().get(node.parameterName("running_mean")).values();
    float[] variance = file.weights().get(node.parameterName("running_var")).values();
    float[] bias = new float[scale.length];
    int filter = weight.length / scale.length;
    for (int o = 0; o < scale.length; o++) {
      float factor = (float) (scale[o] / Math.sqrt(variance[o] + norm.epsilon()));
      for (int i = 0; i < filter; i++) {
        weight[o * filter + i] *= factor;
      }
      bias[o] = shift[o] - mean[o] * factor;
    }
    long[] shape = Libtorch.shape(file.weights().get(weightName).shape());
    tensors.put(weightName, Libtorch.tensor(weight, shape));
    tensors.put(convolution.parameterName("bias"), Libtorch.tensor(bias, bias.length));
  }

  @Override
  public void step() {
    try (PointerScope _ = new PointerScope()) {
      Tensor output = Libtorch.run(graph, parameters, images, _ -> Function.identity());
      logits = Libtorch.values(output);
    }
  }

  @Override
  public float[] result() {
    return logits;
  }

  @Override
  public void close() {
    noGradients.close();
  }
}
