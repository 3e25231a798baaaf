package org.resnext4j.training;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.training.input.Batch;
import org.resnext4j.training.input.InputPipeline;
import org.resnext4j.training.input.Mixing;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.metrics.Logits;

/** Measures a network on pictures that it was not trained on. */
final class Validation implements AutoCloseable {

  private static final CrossEntropy LOSS = new CrossEntropy(0);

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
   * @param data pictures, at least one
   * @param preprocessing what the network expects
   * @param batch pictures of a forward pass
   * @param backend computes the network
   * @param inputThreads threads that decode
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
   * Loss and accuracy of weights over all pictures.
   *
   * @throws IOException if a picture cannot be read
   * @throws InterruptedException if this thread is interrupted
   */
  Judgement measure(Weights weights) throws IOException, InterruptedException {
    InferenceModel model = backend.compile(graph, weights);
    Shape input =
        new Shape(batch, preprocessing.height(), preprocessing.width(), preprocessing.channels());
    InferencePlan plan = model.plan(input);
    int classes = data.classes().size();
    float[] logits = new float[batch * classes];
    double loss = 0;
    int top1 = 0;
    int top5 = 0;
    pipeline.start(0, IntStream.range(0, data.size()).toArray(), 0);
    for (int done = 0; done < data.size(); ) {
      Batch pictures = pipeline.take();
      int count = pictures.size();
      plan.run(pictures.images());
      plan.read(graph.output().name(), logits);
      float[] rows = Arrays.copyOf(logits, count * classes);
      for (int i = 0; i < count; i++) {
        int rank = Logits.rank(rows, i * classes, classes, pictures.labels()[i]);
        top1 += rank < 1 ? 1 : 0;
        top5 += rank < 5 ? 1 : 0;
      }
      float[] targets = Arrays.copyOf(pictures.targets(), count * classes);
      loss += count * LOSS.apply(rows, targets, classes, rows);
      done += count;
      pipeline.recycle(pictures);
    }
    double size = data.size();
    return Judgement.of(
        Judgement.LOSS,
        loss / size,
        "top1",
        top1 / size,
        "top5",
        top5 / size,
        Judgement.PICTURES,
        data.size());
  }

  /** Stops the threads that decode. */
  @Override
  public void close() {
    pipeline.close();
  }
}
