package org.resnext4j.inference;

import java.util.SequencedMap;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.tensor.Weights;

/** Computes by the definitions, slowly. */
record ReferenceNetwork(Graph graph, ReferenceExecutor executor, String features)
    implements Network {

  ReferenceNetwork(Graph graph, Weights weights, String features) {
    this(graph, new ReferenceExecutor(graph, weights), features);
  }

  @Override
  public Session open(Shape input) {
    return new Session() {
      private double[] lastFeatures = {};

      @Override
      public void run(float[] images, float[] logits) {
        SequencedMap<String, Activation> outputs = executor.runAll(Activation.of(input, images));
        narrow(outputs.get(graph.output().name()).values(), logits);
        lastFeatures = outputs.get(features).values();
      }

      @Override
      public void readFeatures(float[] destination) {
        narrow(lastFeatures, destination);
      }
    };
  }

  private static void narrow(double[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }

  @Override
  public void close() {}
}
