package org.resnext4j.detection.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.Initialiser;
import org.resnext4j.training.input.Randomness;
import org.resnext4j.training.input.Randomness.Purpose;

/**
 * Creates the initial values of a detector. The trunk is initialised as in the paper (see {@link
 * Initialiser}), the pyramid and the heads as in torchvision. Filters of the pyramid are uniform
 * within {@code sqrt(3 / fan-in)}, filters of the proposal head are normal with a standard
 * deviation of 0.01, and fully connected layers are uniform within {@code 1 / sqrt(in)}. Biases are
 * 0.
 */
final class DetectorInitialiser {

  private static final double PROPOSAL_DEVIATION = 0.01;

  private DetectorInitialiser() {}

  /** Values of all graphs by name. The same seed gives the same bits. */
  static SequencedMap<String, Tensor> initialise(FasterRcnn detector, long seed) {
    SequencedMap<String, Tensor> values = new LinkedHashMap<>();
    for (Graph graph : detector.graphs()) {
      values.putAll(Initialiser.PAPER.initialise(graph, seed).tensors());
      graph
          .parameters()
          .forEach((name, parameter) -> {
            if (parameter.role() == Parameter.Role.CONVOLUTION_WEIGHT) {
              initialise(name, values.get(name), seed);
            }
          });
    }
    return values;
  }

  private static void initialise(String name, Tensor tensor, long seed) {
    boolean pyramid = name.startsWith(FasterRcnn.PYRAMID);
    if (!pyramid && !name.startsWith(FasterRcnn.PROPOSAL_HEAD)) {
      return;
    }
    Randomness random = Randomness.of(seed, Purpose.WEIGHTS, name.hashCode());
    List<Integer> shape = tensor.shape();
    double bound = Math.sqrt(3.0 / (shape.get(1) * shape.get(2) * shape.get(3)));
    float[] values = tensor.values();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (float)
              (pyramid
                  ? random.between(-bound, bound)
                  : PROPOSAL_DEVIATION * random.nextGaussian());
    }
  }

  /**
   * Replaces initial values by those of a trained trunk or detector.
   *
   * @param fresh initial values of the detector to train
   * @param trained trained values by the detector's names
   * @param withPredictor whether the last layers of the box head are replaced, too
   */
  static Map<String, Tensor> transfer(
      Map<String, Tensor> fresh, Map<String, Tensor> trained, boolean withPredictor) {
    Map<String, Tensor> values = new LinkedHashMap<>(fresh);
    trained.forEach((name, tensor) -> {
      if (withPredictor || !name.startsWith(FasterRcnn.PREDICTOR)) {
        values.put(name, tensor);
      }
    });
    return values;
  }
}
