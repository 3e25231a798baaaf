package org.resnext4j.engine.cpu.training;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.engine.cpu.training.TrainingLayout.Site;
import org.resnext4j.engine.cpu.training.TrainingProgram.Output;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Shape;

/**
 * Compiles a graph to the steps of a {@link CpuTrainingPlan}. {@link TrainingLayout} decides which
 * nodes are fused and how channels are ordered. {@link ForwardCompiler} and {@link
 * BackwardCompiler} make the steps. {@link BufferPlan} assigns memory.
 */
final class TrainingCompiler {

  private TrainingCompiler() {}

  /**
   * Makes the steps and allocates their memory.
   *
   * @param input shape of the pictures
   * @param memory the memory of the activations
   */
  static TrainingProgram compile(CpuTrainingModel model, Shape input, ActivationMemory memory) {
    Graph graph = model.graph();
    boolean inputGradient = model.options().inputGradient();
    TrainingLayout layout =
        new TrainingLayout(graph, graph.shapes(input), model.gradients()::contains, inputGradient);
    BufferPlan buffers = new BufferPlan();
    ForwardCompiler forward = new ForwardCompiler(model, layout, buffers);
    Buffer pictures = forward.compile();
    Map<Node, Buffer> outputGradients = new HashMap<>();
    SequencedMap<String, Output> outputs = new LinkedHashMap<>();
    graph
        .outputs()
        .forEach((name, node) -> {
          Site site = layout.site(node);
          PixelSource source = forward.output(site);
          buffers.use(source);
          Optional<Buffer> gradient = Optional.empty();
          if (site.needsGradient()) {
            Buffer buffer =
                outputGradients.computeIfAbsent(node, n -> buffers.buffer(site.shape().elements()));
            buffers.use(buffer);
            gradient = Optional.of(buffer);
          }
          outputs.put(name, new Output(site.shape(), source, gradient));
        });
    BackwardCompiler backward = new BackwardCompiler(model, layout, forward, buffers);
    backward.compile(outputGradients);
    Optional<Buffer> ofInput =
        inputGradient ? backward.gradientBuffer(layout.sites().getFirst()) : Optional.empty();
    ofInput.ifPresent(buffers::useAfterAll);
    model.space().grow(buffers.need());
    return new TrainingProgram(
        List.copyOf(forward.steps()),
        List.copyOf(backward.steps()),
        pictures,
        Collections.unmodifiableSequencedMap(outputs),
        ofInput,
        buffers.allocate(memory));
  }
}
