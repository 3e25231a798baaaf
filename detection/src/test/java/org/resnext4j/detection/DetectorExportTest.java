package org.resnext4j.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.onnx.OnnxOptions;

/** The three exported networks give in ONNX Runtime what they give here. */
class DetectorExportTest {

  @TempDir private Path folder;

  @Test
  void onnxRuntimeGivesTheOutputsOfEachNetwork() throws IOException, OrtException {
    ResNeXt trunk =
        ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(4).width(4).build();
    FasterRcnn detector = new FasterRcnn(trunk, FasterRcnn.Form.V2, 3, 8, 1e-5);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Graph graph : detector.graphs()) {
      tensors.putAll(Initialiser.PAPER.initialise(graph, 4).tensors());
    }
    DetectorFile file =
        new DetectorFile(
            detector,
            DetectionOptions.DEFAULTS,
            List.of("background", "cat", "dog"),
            detector.weights(tensors));
    List<Path> written =
        DetectorExport.write(folder.resolve("pets.onnx"), file, OnnxOptions.DEFAULTS);
    assertThat(written)
        .containsExactly(
            folder.resolve("pets-pyramid.onnx"),
            folder.resolve("pets-proposals.onnx"),
            folder.resolve("pets-boxes.onnx"));
    List<Shape> inputs =
        List.of(new Shape(2, 64, 96, 3), new Shape(2, 5, 7, 8), new Shape(3, 7, 7, 8));
    try (Backend backend = Backend.cpu(1)) {
      for (int part = 0; part < inputs.size(); part++) {
        Graph graph = detector.graphs().get(part);
        try (InferenceModel model = backend.compile(graph, file.weights().get(part))) {
          assertSame(written.get(part), graph, model.plan(inputs.get(part)));
        }
      }
    }
  }

  private static void assertSame(Path file, Graph graph, InferencePlan plan) throws OrtException {
    Shape shape = plan.inputShape();
    float[] values = new float[(int) shape.elements()];
    Random random = new Random(8);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    plan.run(values);
    long[] theirs = {shape.batch(), shape.channels(), shape.height(), shape.width()};
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(channelsFirst(shape, values)), theirs);
        OrtSession.Result result = session.run(Map.of("input", input))) {
      assertThat(session.getMetadata().getCustomMetadata()).containsKey("resnext4j.detector");
      for (String output : graph.outputs().keySet()) {
        Shape of = plan.outputShape(output);
        float[] ours = new float[(int) of.elements()];
        plan.read(output, ours);
        float[] expected = channelsFirst(of, ours);
        OnnxTensor tensor = (OnnxTensor) result.get(output).orElseThrow();
        float[] found = new float[expected.length];
        tensor.getFloatBuffer().get(found);
        for (int i = 0; i < found.length; i++) {
          assertThat(found[i]).as("%s at %d", output, i).isCloseTo(expected[i], within(1e-4f));
        }
      }
    }
  }

  private static float[] channelsFirst(Shape shape, float[] values) {
    float[] moved = new float[values.length];
    int plane = shape.height() * shape.width();
    for (int i = 0; i < values.length; i++) {
      int channel = i % shape.channels();
      int place = i / shape.channels();
      moved[(place / plane * shape.channels() + channel) * plane + place % plane] = values[i];
    }
    return moved;
  }
}
