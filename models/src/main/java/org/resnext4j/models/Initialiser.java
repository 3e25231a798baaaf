package org.resnext4j.models;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import org.resnext4j.engine.graph.AttentionOp;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.HeapRoom;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;

/**
 * Initialises a network's parameters.
 *
 * <p>The distributions are those of the paper's released code. Filters are normal with mean 0 and
 * variance {@code 2 / (k · k · out)} (He et al. 2015). Batch norms are the identity. The
 * classifier's matrix is uniform within {@code ±1 / sqrt(in)} and the classifier's bias is zero.
 * The seed and a tensor's name determine the tensor's own random stream, so a tensor's values do
 * not depend on the other tensors.
 *
 * @param zeroLastNorm whether the scale of the last batch norm of each residual is zero, which
 *     makes each block equal to its shortcut at the start of training (Goyal et al. 2017)
 */
public record Initialiser(boolean zeroLastNorm) {

  /** The paper's initialisation. */
  public static final Initialiser PAPER = new Initialiser(false);

  /**
   * The paper's initialisation, but with zero as the scale of the last batch norm of each residual.
   */
  public static final Initialiser ZERO_LAST_NORM = new Initialiser(true);

  /**
   * Returns initial values for the parameters of a graph. Equal seeds give equal bits.
   *
   * @throws OutOfMemoryError if the heap has no room for the values; the message states the memory
   *     that they need
   */
  public Weights initialise(Graph graph, long seed) {
    long values =
        graph.parameters().values().stream().mapToLong(parameter -> parameter.elements()).sum();
    HeapRoom.require("the weights", values * Float.BYTES);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      for (Parameter parameter : node.op().parameters()) {
        String name = node.parameterName(parameter);
        Tensor tensor = Tensor.zeros(parameter.shape());
        fill(tensor.values(), parameter, isLastNorm(graph, node), stream(seed, name));
        tensors.put(name, tensor);
      }
    }
    return Weights.of(graph, tensors);
  }

  private void fill(float[] values, Parameter parameter, boolean lastNorm, RandomGenerator random) {
    switch (parameter.role()) {
      case CONVOLUTION_WEIGHT -> {
        double fan = parameter.elements() / (double) parameter.shape().get(1);
        double deviation = Math.sqrt(2 / fan);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * deviation);
        }
      }
      case LINEAR_WEIGHT -> {
        float bound = (float) (1 / Math.sqrt(parameter.shape().get(1)));
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextFloat(-bound, bound);
        }
      }
      case NORM_WEIGHT -> java.util.Arrays.fill(values, lastNorm && zeroLastNorm ? 0 : 1);
      case RUNNING_VARIANCE -> java.util.Arrays.fill(values, 1);
      case CONVOLUTION_BIAS, LINEAR_BIAS, NORM_BIAS, RUNNING_MEAN -> {
        // These values stay zero.
      }
    }
  }

  /**
   * Returns whether a node is the last batch norm of a residual. The first input of the block's
   * addition is this node, or the channel attention over this node.
   */
  private static boolean isLastNorm(Graph graph, Node node) {
    return node.op() instanceof Op.BatchNorm && isResidual(graph, node);
  }

  private static boolean isResidual(Graph graph, Node node) {
    return graph.consumers(node).stream()
        .map(graph::node)
        .filter(reader -> reader.inputs().getFirst() == node.index())
        .anyMatch(reader ->
            reader.op() instanceof Op.Add
                || (reader.op() instanceof AttentionOp.ChannelScale && isResidual(graph, reader)));
  }

  private static RandomGenerator stream(long seed, String name) {
    CRC32C checksum = new CRC32C();
    checksum.update(name.getBytes(StandardCharsets.UTF_8));
    long mixed = seed * 0x9e3779b97f4a7c15L + checksum.getValue();
    return RandomGeneratorFactory.of("L64X128MixRandom").create(mixed);
  }
}
