package org.resnext4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.resnext4j.inference.Classifier;
import org.resnext4j.serving.InferenceServer;
import org.resnext4j.serving.ModelRepository;
import org.resnext4j.serving.ServedModel;
import org.resnext4j.serving.ServerOptions;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.batch.Network;

/**
 * A process that runs one service. All engines share the HTTP server, the protocol, decoding and
 * batching; only the network differs. The process prints its port. It answers {@code engine BATCH
 * MILLIS} with the nanoseconds of each step of our engine alone.
 */
final class ServingWorker {

  /** The engine that runs the network. */
  enum Engine {
    RESNEXT4J("resnext4j"),
    ONNXRUNTIME("onnxruntime"),
    /** ONNX Runtime with idle threads that sleep at once and free their core. */
    ONNXRUNTIME_SLEEPING("onnxruntime, no spinning");

    private final String label;

    Engine(String label) {
      this.label = label;
    }

    /** The engine's name for people. */
    String label() {
      return label;
    }
  }

  private ServingWorker() {}

  /** Starts a service. The first argument names the engine, the other arguments the workload. */
  public static void main(String[] arguments) throws IOException {
    List<String> words = Arrays.asList(arguments);
    Engine engine = Engine.valueOf(words.getFirst());
    Workload workload = Workload.parse(words.subList(1, words.size()));
    PrintStream answers = System.out;
    System.setOut(System.err); // Output of native libraries must not look like an answer.
    ServerOptions options =
        ServerOptions.defaults()
            .withAddress("127.0.0.1", 0)
            .withBatching(new Batcher.Policy(workload.batch(), Duration.ofMillis(2), 256))
            .withAccessLog(_ -> {});
    try (InferenceServer server =
            InferenceServer.start(options, ModelRepository.Source.none(), List::of);
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      server.repository().add(model(engine, workload));
      server.becomeReady();
      answers.println("ready " + server.port());
      for (String command = commands.readLine();
          command != null && !command.equals("quit");
          command = commands.readLine()) {
        String[] asked = command.split(" ", -1);
        if (!asked[0].equals("engine")) {
          throw new IllegalArgumentException("unknown command '" + command + "'");
        }
        answers.println(
            engine(workload.withBatch(Integer.parseInt(asked[1])), Long.parseLong(asked[2])));
      }
    }
    answers.flush();
    Runtime.getRuntime().halt(0); // Skips the exit handlers of native runtimes.
  }

  private static ServedModel model(Engine engine, Workload workload) throws IOException {
    ServedModel ours =
        ServedModel.of(
            "model",
            "1",
            Classifier.builder()
                .weights(workload.safetensors())
                .threads(workload.threads())
                .batch(workload.batch())
                .build());
    if (engine == Engine.RESNEXT4J) {
      return ours;
    }
    Network network =
        new OnnxRuntimeNetwork(
            workload.onnx(),
            ours.network().input(),
            ours.network().classes(),
            workload.threads(),
            engine == Engine.ONNXRUNTIME,
            workload.batch());
    ours.network().close();
    return new ServedModel(
        ours.name(), ours.version(), network, ours.labels(), ours.preprocessing(), ours.facts());
  }

  /** Measures our engine without a service, after a short warm-up. */
  private static String engine(Workload workload, long millis) throws IOException {
    try (Contender alone = new OurInference(workload)) {
      Worker.run(alone, millis / 3);
      return Worker.run(alone, millis);
    }
  }
}
