package org.resnext4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.onnx.OnnxExport;
import org.resnext4j.models.onnx.OnnxOptions;

/**
 * Measures each kind of convolution of the family on one thread, in our engine and in ONNX Runtime.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0"
    })
public class LayerBenchmark {

  /** The layer and input that both runtimes receive. */
  @State(Scope.Benchmark)
  public static class Given {

    /** Map, channels, kernel, groups. */
    @Param({
      "56x56 128 3x3 32",
      "28x28 256 3x3 32",
      "14x14 512 3x3 32",
      "7x7 1024 3x3 32",
      "56x56 128 1x1 1",
      "28x28 256 1x1 1",
      "14x14 512 1x1 1",
      "7x7 1024 1x1 1",
      "32x32 512 3x3 8",
      "16x16 1024 3x3 8",
      "56x56 64 3x3 1"
    })
    public String layer = "";

    final Layer layer() {
      return Layer.parse(layer);
    }

    final Weights weights(Graph graph) {
      return Initialiser.PAPER.initialise(graph, 1);
    }

    final float[] images() {
      float[] images = new float[Math.toIntExact(layer().shape().elements())];
      for (int i = 0; i < images.length; i++) {
        images[i] = (i * 31 % 201 - 100) / 100f;
      }
      return images;
    }
  }

  /** Our engine with one layer loaded. */
  @State(Scope.Benchmark)
  public static class Ours {

    private Backend backend;
    private String output;
    private InferencePlan plan;
    private float[] images;
    private float[] outputs;

    /** Compiles the layer. */
    @Setup(Level.Trial)
    public void load(Given given) {
      Graph graph = given.layer().graph();
      backend = Backend.cpu(1);
      output = graph.output().name();
      plan = backend.compile(graph, given.weights(graph)).plan(given.layer().shape());
      images = given.images();
      outputs = new float[images.length];
    }

    /** Closes the backend. */
    @TearDown(Level.Trial)
    public void close() {
      backend.close();
    }
  }

  /** ONNX Runtime with one layer loaded. */
  @State(Scope.Benchmark)
  public static class OnnxRuntime {

    private OrtSession session;
    private OnnxTensor input;
    private String name;

    /** Exports the layer and loads it. */
    @Setup(Level.Trial)
    public void load(Given given) throws IOException, OrtException {
      Graph graph = given.layer().graph();
      Path file = Files.createTempFile("layer", ".onnx");
      OnnxExport.write(file, "layer", graph, given.weights(graph), Map.of(), OnnxOptions.DEFAULTS);
      try {
        session = OnnxRuntimeSession.open(file, 1, true);
      } finally {
        Files.delete(file);
      }
      name = session.getInputNames().iterator().next();
      float[] images = given.images();
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(images.length * Float.BYTES).order(ByteOrder.nativeOrder());
      bytes.asFloatBuffer().put(images);
      int map = given.layer().map();
      input =
          OnnxTensor.createTensor(
              OrtEnvironment.getEnvironment(),
              bytes.asFloatBuffer(),
              new long[] {1, given.layer().channels(), map, map});
    }

    /** Frees the session. */
    @TearDown(Level.Trial)
    public void close() throws OrtException {
      input.close();
      session.close();
    }
  }

  /** Our engine. */
  @Benchmark
  public float[] resnext4j(Ours ours) {
    ours.plan.run(ours.images);
    ours.plan.read(ours.output, ours.outputs);
    return ours.outputs;
  }

  /** ONNX Runtime. */
  @Benchmark
  public long onnxruntime(OnnxRuntime peer) throws OrtException {
    try (OrtSession.Result result = peer.session.run(Map.of(peer.name, peer.input))) {
      return result.size();
    }
  }
}
