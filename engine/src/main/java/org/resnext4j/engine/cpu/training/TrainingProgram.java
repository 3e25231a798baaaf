package org.resnext4j.engine.cpu.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.graph.Shape;

/**
 * The steps of a {@link CpuTrainingPlan}, and the buffers of its inputs and outputs.
 *
 * @param outputs by name
 * @param inputGradient where the gradient of the pictures lies in the end, if it is computed
 * @param bytes of activations and their gradients
 */
record TrainingProgram(
    List<NamedStep> forward,
    List<NamedStep> backward,
    Buffer input,
    Map<String, Output> outputs,
    Optional<Buffer> inputGradient,
    long bytes) {

  /** One operation's work, forward or backward. */
  @FunctionalInterface
  interface Step {
    /**
     * Runs the step.
     *
     * @param accumulate whether gradients of parameters are added to what is there; of no meaning
     *     forward
     */
    void run(boolean accumulate);
  }

  /** A step and the name of its node, for profiles. */
  record NamedStep(String name, Step step) {}

  /**
   * An output of the network.
   *
   * @param source where it lies behind a forward pass
   * @param gradient where its gradient is put before a backward pass, if anything needs it; two
   *     outputs of one node share it
   */
  record Output(Shape shape, PixelSource source, Optional<Buffer> gradient) {}
}
