package org.resnext4j.engine.cpu.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.graph.Shape;

/**
 * The steps of a {@link CpuTrainingPlan}, and the buffers of its inputs and outputs.
 *
 * @param forward the steps of the forward pass
 * @param backward the steps of the backward pass
 * @param input the buffer of the pictures
 * @param outputs the outputs by name
 * @param inputGradient the buffer of the pictures' gradient after the backward pass, if the pass
 *     computes it
 * @param bytes size of the activations and their gradients, in bytes
 */
record TrainingProgram(
    List<NamedStep> forward,
    List<NamedStep> backward,
    Buffer input,
    Map<String, Output> outputs,
    Optional<Buffer> inputGradient,
    long bytes) {

  /** The forward or backward pass of one operation. */
  @FunctionalInterface
  interface Step {
    /**
     * Runs the step.
     *
     * @param accumulate whether a backward step adds to the gradients of parameters; a forward step
     *     ignores it
     */
    void run(boolean accumulate);
  }

  /** A step and the name of its node, for profiles. */
  record NamedStep(String name, Step step) {}

  /**
   * An output of the network.
   *
   * @param source the output after a forward pass
   * @param gradient the buffer that receives the output's gradient before a backward pass, if a
   *     step reads it; two outputs of one node share it
   */
  record Output(Shape shape, PixelSource source, Optional<Buffer> gradient) {}
}
