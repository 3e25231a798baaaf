package org.resnext4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.classification.CrossEntropy;
import org.resnext4j.training.optimiser.Sgd;

/** A training step in our engine: forward pass, cross-entropy, backward pass, SGD. */
final class OurTraining implements Contender {

  private final Backend backend;
  private final TrainingModel model;
  private final TrainingPlan plan;
  private final String output;
  private final CrossEntropy loss = new CrossEntropy(0);
  private final Sgd optimiser;
  private final int classes;
  private final float[] images;
  private final float[] targets;
  private final float[] logits;
  private final List<Float> losses = new ArrayList<>();

  OurTraining(Workload workload) throws IOException {
    ModelFile file = ModelFile.load(workload.safetensors());
    classes = file.model().classes();
    backend = Backend.cpu(workload.threads());
    model = backend.train(file.model().graph(), file.weights(), TrainingOptions.defaults());
    plan = model.plan(workload.shape());
    output = model.graph().outputs().firstEntry().getKey();
    optimiser =
        new Sgd(
            new Sgd.Options(TrainingSettings.MOMENTUM, true, TrainingSettings.WEIGHT_DECAY, true),
            model.gradients(),
            _ -> true,
            Map.of());
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
    plan.forward(images);
    plan.read(output, logits);
    float cost = (float) loss.apply(logits, targets, classes, logits);
    if (losses.size() < TrainingSettings.COMPARED_STEPS) {
      losses.add(cost);
    }
    plan.backward(Map.of(output, logits), false);
    optimiser.step(model.parameters(), model.gradients(), TrainingSettings.LEARNING_RATE, 1);
    model.parametersChanged();
  }

  @Override
  public float[] result() {
    return TrainingSettings.losses(this, losses);
  }

  @Override
  public void close() {
    model.close();
    backend.close();
  }
}
