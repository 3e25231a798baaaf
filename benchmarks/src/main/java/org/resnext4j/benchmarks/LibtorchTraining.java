package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.models.weights.ModelFile;

/**
 * A training step in libtorch: forward pass in training mode, cross-entropy, backward pass, and SGD
 * with Nesterov momentum and weight decay.
 */
final class LibtorchTraining implements Contender {

  private final Graph graph;
  private final Map<String, Tensor> tensors = new HashMap<>();
  private final Tensor images;
  private final Tensor labels;
  private final SGD optimiser;
  private final List<Float> losses = new ArrayList<>();

  LibtorchTraining(Workload workload, torch.MemoryFormat format) throws IOException {
    torch.set_num_threads(workload.threads());
    ModelFile file = ModelFile.load(workload.safetensors());
    graph = file.model().graph();
    TensorVector trainable = new TensorVector();
    graph
        .parameters()
        .forEach((name, parameter) -> {
          float[] values = file.weights().get(name).values();
          Tensor tensor =
              Libtorch.inFormat(Libtorch.tensor(values, Libtorch.shape(parameter.shape())), format);
          if (parameter.role().isTrainable()) {
            tensor.set_requires_grad(true);
            trainable.push_back(tensor);
          }
          tensors.put(name, tensor);
        });
    images =
        Libtorch.inFormat(
            Libtorch.tensor(
                workload.planarImages(), workload.batch(), 3, workload.size(), workload.size()),
            format);
    labels = Libtorch.labels(workload.labels());
    SGDOptions options = new SGDOptions(TrainingSettings.LEARNING_RATE);
    options.momentum().put(TrainingSettings.MOMENTUM);
    options.weight_decay().put(TrainingSettings.WEIGHT_DECAY);
    options.nesterov().put(true);
    optimiser = new SGD(trainable, options);
  }

  @Override
  public void step() {
    try (PointerScope _ = new PointerScope()) {
      optimiser.zero_grad();
      Tensor logits = Libtorch.run(graph, tensors, images, this::norm);
      Tensor cost = torch.cross_entropy_loss(logits, labels);
      cost.backward();
      optimiser.step();
      if (losses.size() < TrainingSettings.COMPARED_STEPS) {
        losses.add(cost.item_float());
      }
    }
  }

  private Function<Tensor, Tensor> norm(Node node) {
    Op.BatchNorm op = (Op.BatchNorm) node.op();
    return input ->
        torch.batch_norm(
            input,
            parameter(node, "weight"),
            parameter(node, "bias"),
            parameter(node, "running_mean"),
            parameter(node, "running_var"),
            true,
            0.1,
            op.epsilon(),
            false);
  }

  private TensorOptional parameter(Node node, String name) {
    return new TensorOptional(tensors.get(node.parameterName(name)));
  }

  @Override
  public float[] result() {
    return TrainingSettings.losses(this, losses);
  }

  @Override
  public void close() {
    optimiser.close();
  }
}
