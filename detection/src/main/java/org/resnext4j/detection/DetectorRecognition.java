package org.resnext4j.detection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;

/** Tells from names and shapes of tensors which detector they belong to. */
final class DetectorRecognition {

  private static final String BODY = "backbone.body.";
  private static final String COUNTER = "num_batches_tracked";
  private static final int COCO = 91;

  /** Names before torchvision put convolution and norm into one module. */
  private static final Pattern OLD_PYRAMID =
      Pattern.compile("(backbone\\.fpn\\.(?:inner|layer)_blocks\\.\\d+)\\.(weight|bias)");

  private static final Pattern OLD_HEAD = Pattern.compile("(rpn\\.head\\.conv)\\.(weight|bias)");

  private DetectorRecognition() {}

  /** The name that torchvision gives a tensor now. */
  static String currentName(String name) {
    String pyramid = OLD_PYRAMID.matcher(name).replaceFirst("$1.0.$2");
    return OLD_HEAD.matcher(pyramid).replaceFirst("$1.0.0.$2");
  }

  /** The detector that tensors belong to; empty if they look like none. */
  static Optional<FasterRcnn> recognise(Collection<TensorInfo> tensors) {
    Map<String, List<Integer>> shapes = new HashMap<>();
    List<TensorInfo> trunk = new ArrayList<>();
    for (TensorInfo tensor : tensors) {
      shapes.put(currentName(tensor.name()), tensor.shape());
      if (tensor.name().startsWith(BODY)) {
        trunk.add(
            new TensorInfo(tensor.name().substring(BODY.length()), tensor.type(), tensor.shape()));
      }
    }
    List<Integer> inner = shapes.getOrDefault("backbone.fpn.inner_blocks.3.0.weight", List.of());
    List<Integer> logits =
        shapes.getOrDefault("roi_heads.box_predictor.cls_score.weight", List.of());
    if (inner.size() != 4 || logits.size() != 2 || logits.getFirst() < 2) {
      return Optional.empty();
    }
    // A trunk has no classifier, by which networks are recognised.
    trunk.add(new TensorInfo("fc.weight", ElementType.F32, List.of(1, inner.get(1))));
    boolean second = shapes.containsKey("roi_heads.box_head.5.weight");
    FasterRcnn.Form form = second ? FasterRcnn.Form.V2 : FasterRcnn.Form.V1;
    int classes = logits.getFirst();
    boolean counters = shapes.keySet().stream().anyMatch(name -> name.endsWith(COUNTER));
    return ModelRecognition.recognise(trunk)
        .filter(network -> network.stages().size() == 4)
        .map(network ->
            new FasterRcnn(
                network,
                form,
                classes,
                inner.getFirst(),
                epsilon(network, form, classes, counters)));
  }

  /**
   * torchvision's published ResNet-50 of the first form, alone, was trained with an epsilon of 0;
   * its batch norms are frozen and have no counters.
   */
  private static double epsilon(
      ResNeXt network, FasterRcnn.Form form, int classes, boolean counters) {
    boolean published =
        network.name().equals("resnet50")
            && form == FasterRcnn.Form.V1
            && classes == COCO
            && !counters;
    return published ? 0 : Op.BatchNorm.DEFAULT_EPSILON;
  }
}
