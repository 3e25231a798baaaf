package org.resnext4j.models.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.Feature;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.Stem;
import org.resnext4j.models.TrunkOptions;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;

/** What is exported gives in ONNX Runtime the logits that the graph's definition gives. */
class OnnxExportTest {

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 2, 1)
          .stemChannels(16)
          .cardinality(4)
          .width(4)
          .classes(10)
          .build();

  private static final ResNeXt TINY_FOR_PHOTOGRAPHS =
      ResNeXt.builder().stages(1, 1, 1, 1).stemChannels(8).cardinality(2).width(3).build();

  private static final ResNeXt TINY_BASIC =
      ResNeXt.builder().basicBlocks().stages(1, 1).stemChannels(8).classes(7).build();

  @TempDir private Path folder;

  static Stream<Arguments> networks() {
    List<ResNeXt> models = new ArrayList<>();
    for (BlockForm form : BlockForm.values()) {
      models.add(TINY.withForm(form));
    }
    for (Shortcut shortcut : Shortcut.values()) {
      models.add(TINY.withShortcut(shortcut));
    }
    models.add(TINY_FOR_PHOTOGRAPHS);
    models.add(TINY_BASIC);
    models.add(ResNeXt.preset("resnet20"));
    return models.stream()
        .flatMap(model -> Stream.of(false, true).map(folded -> Arguments.of(model, folded)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeGivesTheLogitsOfTheGraph(ResNeXt model, boolean folded)
      throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    ModelFile stored = named(model);
    OnnxExport.write(file, stored, new OnnxOptions(0, folded, false));
    // An odd size, so that strides and padding show; two pictures, as the batch is open.
    assertSameLogits(file, stored, new Shape(2, 37, 35, 3));
  }

  @Test
  void weightsMayLieBesideTheModel() throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    ModelFile stored = named(TINY);
    OnnxExport.write(file, stored, new OnnxOptions(32, true, true));
    assertThat(Files.size(file)).isLessThan(20_000);
    assertThat(Files.size(folder.resolve("model.onnx.data"))).isGreaterThan(100_000);
    assertSameLogits(file, stored, new Shape(3, 32, 32, 3));
  }

  @Test
  void namesShapesAndTheCardGoAlong() throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    List<String> labels = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    ModelCard card =
        new ModelCard(TINY.name(), labels, Optional.of("{\"crop\":32}"), new LinkedHashMap<>());
    OnnxExport.write(
        file, new ModelFile(TINY, named(TINY).weights(), card), new OnnxOptions(32, false, false));
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      assertThat(session.getInputInfo().get("input").getInfo().toString())
          .contains("shape=[-1, 3, 32, 32]");
      assertThat(session.getOutputInfo().get("logits").getInfo().toString())
          .contains("shape=[-1, 10]");
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("resnext4j.preprocessing", "{\"crop\":32}")
          .containsKey("resnext4j.labels");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("resnext4j");
    }
  }

  /** A trunk with the top-down path of a feature pyramid over it. */
  private static Graph pyramid() {
    Graph.Builder graph = new Graph.Builder();
    Node input = graph.add("input", new Op.Input(3));
    List<Node> maps =
        TINY_FOR_PHOTOGRAPHS.writeTrunk(graph, input, new TrunkOptions("backbone.body.", 0));
    List<Feature> features = TINY_FOR_PHOTOGRAPHS.features();
    Node top = lateral(graph, 3, features, maps);
    Node up = graph.add("up", new Op.UpsampleNearest(), top, maps.get(2));
    graph.output("p5", top);
    graph.output("p4", graph.add("sum", new Op.Add(), lateral(graph, 2, features, maps), up));
    return graph.build();
  }

  private static Node lateral(
      Graph.Builder graph, int stage, List<Feature> features, List<Node> maps) {
    int channels = features.get(stage).channels();
    Op.Conv2d op = new Op.Conv2d(channels, 16, 1, 1, 0, 1, true);
    return graph.add("lateral" + stage, op, maps.get(stage));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onnxRuntimeGivesEveryOutputOfAPyramid(boolean folded) throws IOException, OrtException {
    Graph graph = pyramid();
    Weights weights = NamedValues.weights(graph);
    Path file = folder.resolve("pyramid.onnx");
    OnnxExport.write(file, "pyramid", graph, weights, Map.of(), new OnnxOptions(0, folded, false));
    // Sides that the strides do not divide: upsampling then repeats unevenly.
    Shape shape = new Shape(1, 75, 90, 3);
    float[] pixels = NamedValues.images("input", shape);
    Map<String, Activation> expected =
        new ReferenceExecutor(graph, weights).runAll(Activation.of(shape, pixels));
    for (String output : List.of("p4", "p5")) {
      Activation map = expected.get(graph.output(output).name());
      float[] found = onnxRuntime(file, shape, channelsFirst(pixels, shape), output);
      float[] wanted = new float[found.length];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = (float) map.values()[i];
      }
      assertThat(found).containsExactly(channelsFirst(wanted, map.shape()), within(1e-4f));
    }
  }

  private static ModelFile named(ResNeXt model) {
    Weights weights = NamedValues.weights(model.graph());
    return new ModelFile(model, weights, ModelCard.of(model.name()));
  }

  private static void assertSameLogits(Path file, ModelFile model, Shape shape)
      throws OrtException {
    float[] pixels = NamedValues.images("input", shape);
    Graph graph = model.model().graph();
    double[] expected =
        new ReferenceExecutor(graph, model.weights()).run(Activation.of(shape, pixels)).values();
    double largest = 0;
    for (double logit : expected) {
      largest = Math.max(largest, Math.abs(logit));
    }
    float[] found = onnxRuntime(file, shape, channelsFirst(pixels, shape), "logits");
    double[] logits = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      logits[i] = found[i];
    }
    assertThat(logits).containsExactly(expected, within(2e-5 * (1 + largest)));
  }

  private static float[] onnxRuntime(Path file, Shape shape, float[] pixels, String output)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dimensions = {shape.batch(), shape.channels(), shape.height(), shape.width()};
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(file.toString(), options);
          OnnxTensor input =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), dimensions);
          OrtSession.Result result = session.run(Map.of("input", input))) {
        FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
      }
    }
  }

  private static float[] channelsFirst(float[] pixels, Shape shape) {
    float[] result = new float[pixels.length];
    int plane = shape.height() * shape.width();
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % shape.channels();
      int pixel = i / shape.channels() % plane;
      int picture = i / shape.channels() / plane;
      result[(picture * shape.channels() + channel) * plane + pixel] = pixels[i];
    }
    return result;
  }
}
