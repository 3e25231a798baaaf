package org.resnext4j.benchmarks;

import java.io.IOException;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.models.weights.ModelFile;

/** A prediction in our engine. */
final class OurInference implements Contender {

  private final Backend backend;
  private final String output;
  private final InferencePlan plan;
  private final float[] images;
  private final float[] logits;

  OurInference(Workload workload) throws IOException {
    ModelFile file = ModelFile.load(workload.safetensors());
    backend = Backend.cpu(workload.threads());
    Graph graph = file.model().graph();
    output = graph.output().name();
    plan = backend.compile(graph, file.weights()).plan(workload.shape());
    images = workload.images();
    logits = new float[workload.batch() * file.model().classes()];
  }

  @Override
  public void step() {
    plan.run(images);
    plan.read(output, logits);
  }

  @Override
  public float[] result() {
    return logits;
  }

  @Override
  public void close() {
    backend.close();
  }
}
