package org.resnext4j.engine.cpu;

import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.cpu.inference.CpuInferenceModel;
import org.resnext4j.engine.cpu.parallel.WorkerPool;
import org.resnext4j.engine.cpu.training.CpuTrainingModel;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Weights;

/** The backend of this processor. All its models share one pool of threads. */
public final class CpuBackend implements Backend {

  private final WorkerPool pool;

  private CpuBackend(WorkerPool pool) {
    this.pool = pool;
  }

  /** A backend with the default number of threads (see {@link WorkerPool#create()}). */
  public static CpuBackend create() {
    return new CpuBackend(WorkerPool.create());
  }

  /** A backend with a given number of threads (see {@link WorkerPool#create(int)}). */
  public static CpuBackend create(int threads) {
    return new CpuBackend(WorkerPool.create(threads));
  }

  @Override
  public InferenceModel compile(Graph graph, Weights weights, InferenceOptions options) {
    return CpuInferenceModel.compile(graph, weights, options, pool);
  }

  @Override
  public TrainingModel train(Graph graph, Weights weights, TrainingOptions options) {
    return CpuTrainingModel.create(graph, weights, options, pool);
  }

  @Override
  public int threads() {
    return pool.threads();
  }

  @Override
  public void close() {
    pool.close();
  }
}
