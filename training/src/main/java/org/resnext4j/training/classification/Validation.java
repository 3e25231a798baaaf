package org.resnext4j.training.classification;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.training.DivergenceException;
import org.resnext4j.training.input.Batch;
import org.resnext4j.training.input.InputPipeline;
import org.resnext4j.training.input.Mixing;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.metrics.ClassificationMetrics;

/** Measures loss and accuracy of a network on the validation pictures. */
final class Validation implements AutoCloseable {

  private final Graph graph;
  private final Dataset data;
  private final Preprocessing preprocessing;
  private final Backend backend;
  private final InputPipeline pipeline;
  private final int batch;

  /**
   * A validation on one data set.
   *
   * @param graph the network
   * @param data validation pictures, at least one
   * @param preprocessing size, mean and deviation that the network expects
   * @param batch number of pictures in a forward pass
   * @param backend computes the network
   * @param inputThreads number of threads that prepare pictures
   */
  Validation(
      Graph graph,
      Dataset data,
      Preprocessing preprocessing,
      int batch,
      Backend backend,
      int inputThreads) {
    this.graph = graph;
    this.data = data;
    this.preprocessing = preprocessing;
    this.backend = backend;
    this.batch = Math.min(batch, data.size());
    this.pipeline =
        new InputPipeline(
            data,
            new InputPipeline.Options(this.batch, preprocessing, 0, inputThreads, true),
            List.of(),
            Mixing.NONE);
  }

  /**
   * Measures weights on all pictures. The sums are exact, so batch size and order of the pictures
   * change no bit.
   *
   * @throws DivergenceException if an answer is not finite
   * @throws IOException if a picture cannot be read
   * @throws InterruptedException if this thread is interrupted
   */
  Judgement measure(Weights weights) throws IOException, InterruptedException {
    InferenceModel model = backend.compile(graph, weights);
    Shape input =
        new Shape(batch, preprocessing.height(), preprocessing.width(), preprocessing.channels());
    InferencePlan plan = model.plan(input);
    int classes = data.classes().size();
    int five = Math.min(5, classes);
    ClassificationMetrics metrics = new ClassificationMetrics(classes, 0, new int[] {1, five});
    float[] logits = new float[batch * classes];
    pipeline.start(0, IntStream.range(0, data.size()).toArray(), 0);
    while (metrics.pictures() < data.size()) {
      Batch pictures = pipeline.take();
      plan.run(pictures.images());
      plan.read(graph.output().name(), logits);
      for (int i = 0; i < pictures.size(); i++) {
        String name = data.name(pictures.pictures()[i]);
        DivergenceException.requireFinite(name, logits, i * classes, classes);
        metrics.add(name, logits, i * classes, pictures.labels()[i]);
      }
      pipeline.recycle(pictures);
    }
    return Judgement.of(
        Judgement.LOSS,
        metrics.logLoss(),
        "top1",
        metrics.top(1).value(),
        "top5",
        metrics.top(five).value(),
        Judgement.PICTURES,
        data.size());
  }

  /** Stops the threads that prepare pictures. */
  @Override
  public void close() {
    pipeline.close();
  }
}
