package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;

class ClassifierTest {

  private static Classifier example() throws Exception {
    return Classifier.builder().weights(Examples.model()).batch(3).build();
  }

  @Test
  void answersAreTheNetworksOwn() throws Exception {
    ModelFile model = Examples.model();
    Image picture = Examples.picture(20, 31, 1);
    Preprocessing preprocessing = Preprocessing.cifar().withSizes(16, 16);
    float[] input = new float[preprocessing.elements()];
    preprocessing.apply(picture, input, 0);
    Graph graph = model.model().graph();
    double[] expected =
        new ReferenceExecutor(graph, model.weights())
            .run(Activation.of(new Shape(1, 16, 16, 3), input))
            .values();
    try (Classifier classifier = example()) {
      float[] found = classifier.classify(picture).logits();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i], within(1e-4));
      }
      assertThat(classifier.logits(input, 1)).isEqualTo(found);
    }
  }

  @Test
  void aBatchAnswersInOrderAsOneByOne() throws Exception {
    List<Image> pictures =
        IntStream.range(0, 8).mapToObj(i -> Examples.picture(16 + i, 24 - i, i)).toList();
    try (Classifier classifier = example()) {
      List<Classification> together = classifier.classify(pictures);
      assertThat(together).hasSize(8);
      for (int i = 0; i < 8; i++) {
        float[] alone = classifier.classify(pictures.get(i)).logits();
        for (int c = 0; c < alone.length; c++) {
          assertThat(together.get(i).logits()[c]).isCloseTo(alone[c], within(1e-4f));
        }
      }
      assertThat(classifier.classify(List.of())).isEmpty();
    }
  }

  @Test
  void manyThreadsPlatformAndVirtualGetTheirOwnAnswers() throws Exception {
    List<Image> pictures =
        IntStream.range(0, 6).mapToObj(i -> Examples.picture(16, 16, i)).toList();
    try (Classifier classifier = example();
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService platform = Executors.newFixedThreadPool(4)) {
      List<float[]> expected =
          pictures.stream().map(picture -> classifier.classify(picture).logits()).toList();
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Image picture = pictures.get(i % pictures.size());
        ExecutorService where = i % 2 == 0 ? virtual : platform;
        answers.add(where.submit(() -> classifier.classify(picture).logits()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(expected.get(i % expected.size()));
      }
    }
  }

  @Test
  void aClosedClassifierSaysSo() throws Exception {
    Classifier classifier = example();
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify(Examples.picture(9, 9, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the classifier is closed");
  }

  @Test
  void oneFileCarriesModelLabelsAndPreprocessing(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("fruit.safetensors");
    ModelFile.save(file, Examples.model(), ElementType.F32);
    Image picture = Examples.picture(20, 20, 3);
    try (Classifier inMemory = example();
        Classifier loaded = Classifier.load(file)) {
      assertThat(loaded.labels().names()).isEqualTo(Examples.NAMES);
      assertThat(loaded.preprocessing()).isEqualTo(Preprocessing.cifar().withSizes(16, 16));
      assertThat(loaded.classify(picture).logits()).isEqualTo(inMemory.classify(picture).logits());
    }
  }

  @Test
  void whatTheFileSaysGivesWayToWhatTheUserSays() throws Exception {
    Preprocessing other = Preprocessing.cifar().withSizes(24, 20);
    try (Classifier classifier =
        Classifier.builder()
            .weights(Examples.model())
            .labels(Labels.of(List.of("a", "b", "c")))
            .preprocessing(other)
            .build()) {
      assertThat(classifier.labels().names()).containsExactly("a", "b", "c");
      assertThat(classifier.preprocessing()).isEqualTo(other);
      assertThat(classifier.classify(Examples.picture(40, 30, 0)).classes()).isEqualTo(3);
    }
  }

  @Test
  void labelsAndPreprocessingAreTheUsualOnesWhereTheFileSaysNothing() {
    ResNeXt small = ResNeXt.preset("resnext29_8x64d");
    ResNeXt large = ResNeXt.preset("resnext50_32x4d");
    assertThat(Defaults.labels(bare(small)).name(3)).isEqualTo("cat");
    assertThat(Defaults.labels(bare(small.withClasses(100))).size()).isEqualTo(100);
    assertThat(Defaults.labels(bare(large)).identifier(0)).isEqualTo("n01440764");
    assertThat(Defaults.labels(bare(large.withClasses(10))).name(9)).isEqualTo("class 9");
    assertThat(Defaults.preprocessing(bare(small))).isEqualTo(Preprocessing.cifar());
    assertThat(Defaults.preprocessing(bare(large))).isEqualTo(Preprocessing.imagenet());
  }

  private static ModelFile bare(ResNeXt model) {
    return new ModelFile(model, Examples.model().weights(), ModelCard.of(model.name()));
  }

  @Test
  void labelsThatDoNotFitAreRefused() {
    assertThatThrownBy(() ->
            Classifier.builder()
                .weights(Examples.model())
                .labels(Labels.of(List.of("only one")))
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 3 classes, but found 1 labels");
  }

  @Test
  void theMeanOfAHeatMapAndTheBiasAreTheLogit() throws Exception {
    Image picture = Examples.picture(33, 21, 5);
    try (Classifier classifier = example()) {
      Classification answer = classifier.classify(picture);
      for (int index = 0; index < answer.classes(); index++) {
        HeatMap map = classifier.explain(picture, index);
        assertThat(map.logit()).isCloseTo(answer.logits()[index], within(1e-4));
        assertThat(map.rows()).isEqualTo(8);
        assertThat(map.columns()).isEqualTo(8);
      }
      assertThat(classifier.explain(picture).label()).isEqualTo(answer.best());
      assertThatThrownBy(() -> classifier.explain(picture, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("expected a class of 0 to 2, but found 3");
    }
  }

  @Test
  void anAnswerThatIsNotFiniteIsAnErrorAndNoNumber() throws Exception {
    ModelFile model = Examples.model();
    Map<String, Tensor> tensors = new LinkedHashMap<>(model.weights().tensors());
    float[] bias = {0, Float.MAX_VALUE, 0};
    float[] weight = tensors.get("fc.weight").values().clone();
    Arrays.fill(weight, Float.MAX_VALUE);
    tensors.put("fc.weight", new Tensor(tensors.get("fc.weight").shape(), weight));
    tensors.put("fc.bias", new Tensor(List.of(3), bias));
    ModelFile huge =
        new ModelFile(model.model(), Weights.of(model.model().graph(), tensors), model.card());
    try (Classifier classifier = Classifier.builder().weights(huge).build()) {
      Image picture = Examples.picture(16, 16, 1);
      assertThatThrownBy(() -> classifier.classify(picture))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("expected finite answers");
      assertThatThrownBy(() -> classifier.logits(classifier.prepare(picture), 1))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void namesThatTheWeightsDoNotGiveAreAssumedWithNotice() throws Exception {
    ResNeXt ten = Examples.model().model().withClasses(10);
    try (Classifier assumed = Classifier.builder().weights(ModelFile.untrained(ten, 1)).build();
        Classifier named =
            Classifier.builder()
                .weights(ModelFile.untrained(ten, 1))
                .labels(Labels.cifar10())
                .build()) {
      assertThat(assumed.assumedLabels()).contains("CIFAR-10");
      assertThat(assumed.notes()).anyMatch(note -> note.contains("those of CIFAR-10 are assumed"));
      assertThat(named.assumedLabels()).isEmpty();
      assertThat(named.notes()).isEmpty();
    }
  }

  @Test
  void bytesStreamsAndFilesOfAModelAnswerAlike(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, Examples.model(), ElementType.F32);
    byte[] bytes = Files.readAllBytes(file);
    Image picture = Examples.picture(16, 16, 1);
    try (Classifier path = Classifier.load(file);
        Classifier stream = Classifier.load(new ByteArrayInputStream(bytes));
        Classifier array = Classifier.builder().weights(bytes).build()) {
      float[] logits = path.classify(picture).logits();
      assertThat(stream.classify(picture).logits()).isEqualTo(logits);
      assertThat(array.classify(picture).logits()).isEqualTo(logits);
      assertThat(array.labels().names()).isEqualTo(Examples.NAMES);
      assertThat(array).hasToString(array.model().name() + ": 3 classes, pictures of 16×16");
    }
  }

  @Test
  void aNameThatNobodyPublishesBringsTheNearOnes() {
    assertThatThrownBy(() -> Classifier.published("resnext101_32x4d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnext101_32x4d_swsl");
  }
}
