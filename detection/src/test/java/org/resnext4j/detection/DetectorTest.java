package org.resnext4j.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.vision.Image;

/** A detector is told from its file, whatever version of torchvision wrote it. */
class DetectorTest {

  private static final ResNeXt TINY =
      ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(4).width(4).build();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void bothFormsAreRecognisedAndDetect(FasterRcnn.Form form) throws IOException {
    FasterRcnn expected = new FasterRcnn(TINY, form, 5, 16, 1e-5);
    Path file = write("new.safetensors", tensors(expected));
    DetectionOptions options = DetectionOptions.DEFAULTS.withSides(64, 96).withLeastScore(0.1f);
    try (Detector detector = Detector.load(file, options)) {
      assertThat(detector.architecture().form()).isEqualTo(form);
      assertThat(detector.architecture().classes()).isEqualTo(5);
      assertThat(detector.architecture().pyramidChannels()).isEqualTo(16);
      assertThat(detector.architecture().trunk().cardinality()).isEqualTo(4);
      Image picture = noise(40, 50);
      List<DetectedObject> found = detector.detect(picture);
      assertThat(found).isNotEmpty();
      for (DetectedObject object : found) {
        assertThat(object.name()).isEqualTo("class " + object.label());
        assertThat(object.box().leaves(40, 50)).isFalse();
      }
      assertThat(detector.detect(List.of(picture)).getFirst()).isEqualTo(found);
    }
  }

  @Test
  void sizesThreadsAndCompanyInABatchChangeNothing() throws Exception {
    FasterRcnn architecture = new FasterRcnn(TINY, FasterRcnn.Form.V1, 5, 16, 1e-5);
    Path file = write("tiny.safetensors", tensors(architecture));
    DetectionOptions options = DetectionOptions.DEFAULTS.withSides(64, 96).withLeastScore(0.1f);
    List<Image> pictures = List.of(noise(40, 50), noise(50, 40), noise(30, 60), noise(40, 50));
    List<List<DetectedObject>> alone = new java.util.ArrayList<>();
    for (Image picture : pictures) {
      try (Detector fresh = Detector.load(file, options, Backend.cpu(1))) {
        alone.add(fresh.detect(picture));
      }
    }
    try (Detector shared = Detector.load(file, options, Backend.cpu(2));
        ExecutorService users = Executors.newFixedThreadPool(3)) {
      List<Future<List<DetectedObject>>> answers = new java.util.ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (Image picture : pictures) {
          answers.add(users.submit(() -> shared.detect(picture)));
        }
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(alone.get(i % pictures.size()));
      }
      // Pictures of one padded size do not disturb each other.
      assertThat(shared.detect(List.of(pictures.get(0), pictures.get(3))))
          .isEqualTo(List.of(alone.get(0), alone.get(3)));
      assertThat(shared.detect(pictures)).hasSize(pictures.size());
    }
  }

  @Test
  void oldNamesMeanTheSame() throws IOException {
    Map<String, Tensor> tensors = tensors(new FasterRcnn(TINY, FasterRcnn.Form.V1, 5, 16, 1e-5));
    Map<String, Tensor> old = new LinkedHashMap<>();
    tensors.forEach((name, tensor) ->
        old.put(
            name.replaceFirst("(_blocks\\.\\d)\\.0", "$1")
                .replaceFirst("rpn\\.head\\.conv\\.0\\.0", "rpn.head.conv"),
            tensor));
    assertThat(old.keySet()).contains("backbone.fpn.inner_blocks.0.weight", "rpn.head.conv.bias");
    DetectionOptions options = DetectionOptions.DEFAULTS.withSides(64, 96).withLeastScore(0.1f);
    try (Detector first = Detector.load(write("new.safetensors", tensors), options);
        Detector second = Detector.load(write("old.safetensors", old), options)) {
      assertThat(second.detect(noise(30, 60))).isEqualTo(first.detect(noise(30, 60)));
    }
  }

  @Test
  void onlyThePublishedResNet50HasAnEpsilonOfZero() throws IOException {
    FasterRcnn published = FasterRcnn.of(ResNeXt.preset("resnet50"), FasterRcnn.Form.V1, 91);
    FasterRcnn other = FasterRcnn.of(ResNeXt.preset("resnext50_32x4d"), FasterRcnn.Form.V1, 91);
    assertThat(recognised(published).normEpsilon()).isZero();
    assertThat(recognised(other).normEpsilon()).isEqualTo(1e-5);
    assertThat(recognised(published).name()).isEqualTo("fasterrcnn_resnet50_fpn");
    assertThat(recognised(other).name()).isEqualTo("fasterrcnn_resnext50_32x4d_fpn");
  }

  @Test
  void aClassifiersWeightsAreRefusedInOneSentence() throws IOException {
    Map<String, Tensor> classifier = new LinkedHashMap<>();
    ResNeXt model = ResNeXt.preset("resnet20");
    classifier.putAll(Initialiser.PAPER.initialise(model.graph(), 1).tensors());
    Path file = write("classifier.safetensors", classifier);
    assertThatThrownBy(() -> Detector.load(file))
        .hasMessageContaining("classifier.safetensors")
        .hasMessageContaining("are not those of a Faster R-CNN");
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    Map<String, Tensor> tensors = tensors(new FasterRcnn(TINY, FasterRcnn.Form.V1, 5, 16, 1e-5));
    tensors.remove("rpn.head.cls_logits.bias");
    Path file = write("part.safetensors", tensors);
    assertThatThrownBy(() -> Detector.load(file))
        .hasMessageContaining("missing: rpn.head.cls_logits.bias");
  }

  @Test
  void cocosNamesHaveItsGaps() {
    assertThat(ClassNames.of(91).get(1)).isEqualTo("person");
    assertThat(ClassNames.of(91).get(12)).isEqualTo("class 12");
    assertThat(ClassNames.of(91).get(90)).isEqualTo("toothbrush");
  }

  @Test
  void drawingChangesThePictureAroundTheBoxAlone() {
    Image picture = noise(200, 200);
    DetectedObject object = new DetectedObject(3, "cat", 0.9f, new Rectangle(20, 60, 50, 50));
    var drawn = BoxDrawing.draw(picture, List.of(object));
    assertThat(drawn.getRGB(45, 110)).isNotEqualTo(picture.toBufferedImage().getRGB(45, 110));
    assertThat(drawn.getRGB(150, 150)).isEqualTo(picture.toBufferedImage().getRGB(150, 150));
    assertThat(drawn.getRGB(45, 85)).isEqualTo(picture.toBufferedImage().getRGB(45, 85));
  }

  private static FasterRcnn recognised(FasterRcnn detector) {
    List<org.resnext4j.models.weights.storage.TensorInfo> infos = new java.util.ArrayList<>();
    for (Graph graph : detector.graphs()) {
      graph
          .parameters()
          .forEach((name, parameter) ->
              infos.add(
                  new org.resnext4j.models.weights.storage.TensorInfo(
                      name, ElementType.F32, parameter.shape())));
    }
    return DetectorRecognition.recognise(infos).orElseThrow().detector();
  }

  private Path write(String name, Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve(name);
    WeightFiles.write(file, tensors, Map.of(), ElementType.F32);
    return file;
  }

  private static Map<String, Tensor> tensors(FasterRcnn detector) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long seed = 1;
    for (Graph graph : detector.graphs()) {
      tensors.putAll(Initialiser.PAPER.initialise(graph, seed++).tensors());
    }
    return tensors;
  }

  private static Image noise(int height, int width) {
    byte[] samples = new byte[height * width * Image.CHANNELS];
    new Random(height).nextBytes(samples);
    return new Image(height, width, samples);
  }
}
