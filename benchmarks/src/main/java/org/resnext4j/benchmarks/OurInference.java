package org.resnext4j.benchmarks;

import java.io.IOException;
import org.resnext4j.engine.cpu.inference.CpuInferenceModel;
import org.resnext4j.engine.cpu.inference.CpuInferencePlan;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.models.weights.ModelFile;

/** Our engine, predicting. */
final class OurInference implements Contender {

  private final WorkerPool pool;
  private final CpuInferencePlan plan;
  private final float[] images;
  private final float[] logits;

  OurInference(Workload workload) throws IOException {
    ModelFile file = ModelFile.load(workload.safetensors());
    pool = WorkerPool.create(workload.threads());
    plan =
        CpuInferenceModel.compile(file.model().graph(), file.weights())
            .plan(workload.shape(), pool);
    images = workload.images();
    logits = new float[workload.batch() * file.model().classes()];
  }

  @Override
  public void step() {
    plan.run(images, logits);
  }

  @Override
  public float[] result() {
    return logits;
  }

  @Override
  public void close() {
    pool.close();
  }
}
