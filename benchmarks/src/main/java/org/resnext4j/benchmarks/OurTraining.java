package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.cpu.training.CpuTrainingPlan;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.CrossEntropy;
import org.resnext4j.training.optimiser.Sgd;

/** Our engine, training: forward, cross-entropy, backward, SGD. */
final class OurTraining implements Contender {

  private final WorkerPool pool;
  private final CpuTrainingPlan plan;
  private final CrossEntropy loss = new CrossEntropy(0);
  private final Sgd optimiser =
      new Sgd(
          new Sgd.Options(TrainingSettings.MOMENTUM, true, TrainingSettings.WEIGHT_DECAY, true),
          _ -> true);
  private final int classes;
  private final float[] images;
  private final float[] targets;
  private final float[] logits;
  private final List<Float> losses = new ArrayList<>();

  OurTraining(Workload workload) throws IOException {
    ModelFile file = ModelFile.load(workload.safetensors());
    classes = file.model().classes();
    pool = WorkerPool.create(workload.threads());
    plan =
        CpuTrainingPlan.create(
            file.model().graph(),
            file.weights(),
            workload.shape(),
            TrainingOptions.defaults(),
            pool);
    images = workload.images();
    targets = new float[workload.batch() * classes];
    int[] labels = workload.labels();
    for (int i = 0; i < labels.length; i++) {
      targets[i * classes + labels[i]] = 1;
    }
    logits = new float[targets.length];
  }

  @Override
  public void step() {
    plan.forward(images, logits);
    float cost = (float) loss.apply(logits, targets, classes, logits);
    if (losses.size() < TrainingSettings.COMPARED_STEPS) {
      losses.add(cost);
    }
    plan.backward(logits);
    optimiser.step(plan.parameters(), plan.gradients(), TrainingSettings.LEARNING_RATE, 1);
    plan.parametersChanged();
  }

  @Override
  public float[] result() {
    return TrainingSettings.losses(this, losses);
  }

  @Override
  public void close() {
    pool.close();
  }
}
