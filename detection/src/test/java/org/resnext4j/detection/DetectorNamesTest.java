package org.resnext4j.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.detection.network.Conventions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;

/** The tensors of other programs become torchvision's, in name, order of classes and of colours. */
class DetectorNamesTest {

  private static final int CLASSES = 4;
  private static final FasterRcnn EXPECTED =
      new FasterRcnn(
          ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(4).width(4).build(),
          FasterRcnn.Form.V1,
          CLASSES,
          16,
          1e-5);

  @TempDir private Path folder;

  @Test
  void detectron2() throws IOException {
    Map<String, Tensor> tensors = tensors();
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> theirs.put(detectron2(name), tensor));
    // Not part of the detector.
    theirs.put("proposal_generator.anchor_generator.cell_anchors.0", Tensor.zeros(List.of(3, 4)));
    assertTheSame(theirs, Conventions.DETECTRON2, true);
  }

  @Test
  void mmdetection() throws IOException {
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    tensors().forEach((name, tensor) -> theirs.put("state_dict." + mmdetection(name), tensor));
    assertTheSame(theirs, Conventions.MMDETECTION, false);
  }

  @Test
  void detectron2sPlainResNetsAreRefused() throws IOException {
    FasterRcnn plain =
        FasterRcnn.of(
            ResNeXt.builder().name("plain").stages(1, 1, 1, 1).cardinality(1).width(8).build(),
            FasterRcnn.Form.V1,
            3);
    Map<String, Tensor> theirs = new LinkedHashMap<>();
    for (Graph graph : plain.graphs()) {
      Initialiser.PAPER
          .initialise(graph, 1)
          .tensors()
          .forEach((name, tensor) -> theirs.put(detectron2(name), tensor));
    }
    Path file = write(theirs);
    assertThatThrownBy(() -> DetectorFile.load(file)).hasMessageContaining("Detectron2");
  }

  /**
   * Takes another program's tensors for what they are: our own, with the background's row last, no
   * deltas for it, and perhaps the colours of the first layer in reverse.
   */
  private void assertTheSame(Map<String, Tensor> theirs, Conventions conventions, boolean bgr)
      throws IOException {
    theirs.replaceAll((name, tensor) -> {
      if (name.contains("cls_score") || name.contains("fc_cls")) {
        int row = tensor.values().length / CLASSES;
        float[] last = new float[tensor.values().length];
        for (int i = 0; i < last.length; i++) {
          last[i] = tensor.values()[(i + row) % last.length];
        }
        return new Tensor(tensor.shape(), last);
      }
      if (name.contains("box_predictor.bbox_pred") || name.contains("fc_reg")) {
        int all = tensor.values().length;
        List<Integer> shape = new ArrayList<>(tensor.shape());
        shape.set(0, 4 * (CLASSES - 1));
        return new Tensor(shape, Arrays.copyOfRange(tensor.values(), all / CLASSES, all));
      }
      return tensor;
    });
    Map<String, Tensor> expected = tensors();
    DetectorFile loaded = DetectorFile.load(write(theirs));
    assertThat(loaded.detector().conventions()).isEqualTo(conventions);
    assertThat(loaded.detector().classes()).isEqualTo(CLASSES);
    Map<String, Tensor> found = loaded.tensors();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, tensor) -> {
      float[] values = found.get(name).values().clone();
      float[] ours = tensor.values().clone();
      if (name.contains("box_predictor.bbox_pred")) {
        Arrays.fill(ours, 0, ours.length / CLASSES, 0); // Nobody reads the background's deltas.
      }
      if (bgr && name.endsWith("body.conv1.weight")) {
        assertThat(values).isNotEqualTo(ours);
        assertThat(values[0]).isEqualTo(ours[2 * 49]);
        assertThat(values[3 * 49 + 49]).isEqualTo(ours[3 * 49 + 49]);
        return;
      }
      assertThat(values).as(name).isEqualTo(ours);
    });
  }

  private Path write(Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve("theirs.safetensors");
    WeightFiles.write(file, tensors, Map.of(), ElementType.F32);
    return file;
  }

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Graph graph : EXPECTED.graphs()) {
      tensors.putAll(Initialiser.PAPER.initialise(graph, 2).tensors());
    }
    return tensors;
  }

  private static String detectron2(String name) {
    return name.replaceFirst("^backbone\\.body\\.bn1\\.", "backbone.bottom_up.stem.conv1.norm.")
        .replaceFirst("^backbone\\.body\\.conv1\\.", "backbone.bottom_up.stem.conv1.")
        .replaceFirst("^backbone\\.body\\.layer1\\.", "backbone.bottom_up.res2.")
        .replaceFirst("^backbone\\.body\\.layer2\\.", "backbone.bottom_up.res3.")
        .replaceFirst("^backbone\\.body\\.layer3\\.", "backbone.bottom_up.res4.")
        .replaceFirst("^backbone\\.body\\.layer4\\.", "backbone.bottom_up.res5.")
        .replaceFirst("(res\\d\\.\\d)\\.bn(\\d)", "$1.conv$2.norm")
        .replaceFirst("downsample\\.0", "shortcut")
        .replaceFirst("downsample\\.1", "shortcut.norm")
        .replace("fpn.inner_blocks.0.0", "fpn_lateral2")
        .replace("fpn.inner_blocks.1.0", "fpn_lateral3")
        .replace("fpn.inner_blocks.2.0", "fpn_lateral4")
        .replace("fpn.inner_blocks.3.0", "fpn_lateral5")
        .replace("fpn.layer_blocks.0.0", "fpn_output2")
        .replace("fpn.layer_blocks.1.0", "fpn_output3")
        .replace("fpn.layer_blocks.2.0", "fpn_output4")
        .replace("fpn.layer_blocks.3.0", "fpn_output5")
        .replace("rpn.head.conv.0.0", "proposal_generator.rpn_head.conv")
        .replace("rpn.head.cls_logits", "proposal_generator.rpn_head.objectness_logits")
        .replace("rpn.head.bbox_pred", "proposal_generator.rpn_head.anchor_deltas")
        .replace("box_head.fc6", "box_head.fc1")
        .replace("box_head.fc7", "box_head.fc2");
  }

  private static String mmdetection(String name) {
    return name.replace("backbone.fpn.inner_blocks", "neck.lateral_convs")
        .replace("backbone.fpn.layer_blocks", "neck.fpn_convs")
        .replaceFirst("(neck\\.\\w+\\.\\d)\\.0\\.", "$1.conv.")
        .replace("backbone.body.", "backbone.")
        .replace("rpn.head.conv.0.0", "rpn_head.rpn_conv")
        .replace("rpn.head.cls_logits", "rpn_head.rpn_cls")
        .replace("rpn.head.bbox_pred", "rpn_head.rpn_reg")
        .replace("roi_heads.box_head.fc6", "roi_head.bbox_head.shared_fcs.0")
        .replace("roi_heads.box_head.fc7", "roi_head.bbox_head.shared_fcs.1")
        .replace("roi_heads.box_predictor.cls_score", "roi_head.bbox_head.fc_cls")
        .replace("roi_heads.box_predictor.bbox_pred", "roi_head.bbox_head.fc_reg");
  }
}
