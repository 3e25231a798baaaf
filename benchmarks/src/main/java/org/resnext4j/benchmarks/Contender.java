package org.resnext4j.benchmarks;

import java.io.IOException;
import org.bytedeco.pytorch.global.torch;

/** One runtime with one workload loaded. */
interface Contender extends AutoCloseable {

  /** Runs one prediction, or one training step, of the whole batch. */
  void step();

  /**
   * The logits of a prediction, {@code [batch, classes]}, or the losses of the first training
   * steps.
   */
  float[] result();

  @Override
  void close();

  /** The runtimes. */
  enum Kind {
    RESNEXT4J("resnext4j"),
    ONNXRUNTIME("onnxruntime"),
    /** libtorch in its usual format, [batch, channels, height, width]. */
    LIBTORCH("libtorch"),
    /** libtorch in its other format, [batch, height, width, channels]. */
    LIBTORCH_CHANNELS_LAST("libtorch nhwc");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The name that people and the options use. */
    String label() {
      return label;
    }

    /**
     * Loads a workload.
     *
     * @throws IOException if the weights cannot be read
     * @throws IllegalArgumentException if the runtime cannot run the workload
     */
    Contender load(Workload workload) throws IOException {
      return switch (this) {
        case RESNEXT4J ->
            workload.training() ? new OurTraining(workload) : new OurInference(workload);
        case ONNXRUNTIME -> new OnnxRuntimeContender(workload);
        case LIBTORCH -> libtorch(workload, torch.MemoryFormat.Contiguous);
        case LIBTORCH_CHANNELS_LAST -> libtorch(workload, torch.MemoryFormat.ChannelsLast);
      };
    }

    private static Contender libtorch(Workload workload, torch.MemoryFormat format)
        throws IOException {
      Libtorch.unpack();
      return workload.training()
          ? new LibtorchTraining(workload, format)
          : new LibtorchInference(workload, format);
    }
  }
}
