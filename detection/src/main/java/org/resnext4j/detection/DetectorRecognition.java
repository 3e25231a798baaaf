package org.resnext4j.detection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.detection.network.Conventions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * A detector that was recognised by the names and shapes of its tensors.
 *
 * @param detector the networks
 * @param names the program that named the tensors, and the prefix of the names
 */
record DetectorRecognition(FasterRcnn detector, DetectorNames.Prefixed names) {

  private static final String COUNTER = "num_batches_tracked";

  /** Finds the detector that tensors belong to; empty if they belong to none. */
  static Optional<DetectorRecognition> recognise(Collection<TensorInfo> tensors) {
    Optional<DetectorNames.Prefixed> names =
        DetectorNames.of(tensors.stream().map(TensorInfo::name).toList());
    return names.flatMap(known -> recognise(tensors, known));
  }

  private static Optional<DetectorRecognition> recognise(
      Collection<TensorInfo> tensors, DetectorNames.Prefixed names) {
    Map<String, List<Integer>> shapes = new HashMap<>();
    List<TensorInfo> trunk = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      Optional<String> known = names.torchvision(tensor.name());
      if (known.isEmpty()) {
        continue;
      }
      shapes.put(known.get(), tensor.shape());
      if (known.get().startsWith(FasterRcnn.TRUNK)) {
        String own = known.get().substring(FasterRcnn.TRUNK.length());
        trunk.add(new TensorInfo(own, tensor.type(), tensor.shape()));
      }
    }
    List<Integer> inner = shapes.getOrDefault("backbone.fpn.inner_blocks.3.0.weight", List.of());
    List<Integer> logits =
        shapes.getOrDefault("roi_heads.box_predictor.cls_score.weight", List.of());
    if (inner.size() != 4 || logits.size() != 2 || logits.getFirst() < 2) {
      return Optional.empty();
    }
    // Networks are recognised by their classifier, which a trunk does not have.
    trunk.add(new TensorInfo("fc.weight", ElementType.F32, List.of(1, inner.get(1))));
    boolean second = shapes.containsKey("roi_heads.box_head.5.weight");
    FasterRcnn.Form form = second ? FasterRcnn.Form.V2 : FasterRcnn.Form.V1;
    int classes = logits.getFirst();
    boolean counters = shapes.keySet().stream().anyMatch(name -> name.endsWith(COUNTER));
    Conventions conventions = names.program().conventions();
    return ModelRecognition.recognise(trunk)
        .filter(network -> network.stages().size() == 4)
        .map(network ->
            new FasterRcnn(
                network,
                form,
                classes,
                inner.getFirst(),
                epsilon(network, form, classes, counters || conventions != Conventions.TORCHVISION),
                conventions))
        .map(detector -> new DetectorRecognition(detector, names));
  }

  /**
   * The epsilon of the batch norms. It is 0 only for torchvision's published ResNet-50 of the first
   * form, whose batch norms are frozen and have no counters.
   */
  private static double epsilon(
      ResNeXt network, FasterRcnn.Form form, int classes, boolean counters) {
    boolean published =
        network.name().equals("resnet50")
            && form == FasterRcnn.Form.V1
            && classes == FasterRcnn.COCO_CLASSES
            && !counters;
    return published ? 0 : Op.BatchNorm.DEFAULT_EPSILON;
  }

  /**
   * Reads the tensors of a file by torchvision's names and in its layout.
   *
   * @throws WeightFileException if a tensor cannot be read, or this software cannot run the network
   *     in the way of the program that trained it
   */
  Map<String, Tensor> read(WeightFile file) throws WeightFileException {
    boolean detectron2 = names.program() == DetectorNames.DETECTRON2;
    if (detectron2 && detector.trunk().cardinality() == 1) {
      throw new WeightFileException(
          file.path(),
          "this is Detectron2's detector on %s, whose strides may lie in the first 1×1 filters of a block and whose pictures may not be divided by a deviation; the file does not say: only detectors on a ResNeXt are read"
              .formatted(detector.trunk().name()));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : file.tensors().keySet()) {
      Optional<String> known = names.torchvision(name).filter(own -> !own.endsWith(COUNTER));
      if (known.isPresent()) {
        Tensor tensor = file.read(name);
        tensors.put(known.get(), names.program().converted(known.get(), tensor, detector.trunk()));
      }
    }
    return tensors;
  }
}
