package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.GradientCoefficients;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.parallel.WorkerPool;

/**
 * One batch norm of a {@link CpuTrainingPlan}: its parameters, the statistics of the present batch,
 * and what they make of it, {@code y = x * scale + shift}, and of its gradient, {@code dx = a·dy +
 * b·x + c}.
 */
final class BatchNormState {

  /** Rows that are summed in float32 at once, few enough for its rounding errors to stay small. */
  private static final int BLOCK_ROWS = 32;

  private static final int TASKS = 48;

  private final int channels;
  private final int[] order;
  private final long count;
  private final double epsilon;
  private final double momentum;
  private final boolean evaluation;
  private final float[] weight;
  private final float[] bias;
  private final float[] runningMean;
  private final float[] runningVariance;
  private final double[] mean;
  private final double[] inverseDeviation;
  private final float[] roundedMean;
  private final GradientCoefficients coefficients;
  private final Partition partition;

  /**
   * A batch norm over {@code pixels} rows.
   *
   * @param order for each place in a pixel the channel that lies there
   * @param evaluation whether it normalises by its running statistics
   */
  BatchNormState(
      int pixels,
      int[] order,
      double epsilon,
      double momentum,
      boolean evaluation,
      float[] weight,
      float[] bias,
      float[] runningMean,
      float[] runningVariance) {
    this.channels = weight.length;
    this.order = order;
    this.count = pixels;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.evaluation = evaluation;
    this.weight = weight;
    this.bias = bias;
    this.runningMean = runningMean;
    this.runningVariance = runningVariance;
    this.mean = new double[channels];
    this.inverseDeviation = new double[channels];
    this.roundedMean = new float[channels];
    this.coefficients =
        new GradientCoefficients(
            new float[channels],
            new float[channels],
            new float[channels],
            new float[channels],
            new float[channels]);
    this.partition = Partition.of(pixels, BLOCK_ROWS, TASKS);
  }

  void plan(TrainingScratch scratch) {
    scratch.need(0, 0, (2L * channels) * partition.tasks(), 2L * channels);
  }

  boolean evaluation() {
    return evaluation;
  }

  float[] scale() {
    return coefficients.scale();
  }

  float[] shift() {
    return coefficients.shift();
  }

  GradientCoefficients coefficients() {
    return coefficients;
  }

  /** Sums the moments of what a step without sums of its own has written; returns the tasks. */
  int sumMoments(Buffer x, TrainingScratch scratch, WorkerPool pool) {
    double[] sums = scratch.sums();
    pool.run(
        partition.tasks(),
        (task, worker) -> {
          int sumsAt = task * 2 * channels;
          Arrays.fill(sums, sumsAt, sumsAt + 2 * channels, 0.0);
          int end = partition.start(task + 1);
          for (int row = partition.start(task); row < end; row += BLOCK_ROWS) {
            int rows = Math.min(BLOCK_ROWS, end - row);
            ChannelPasses.moments(
                x.data(),
                row * channels,
                rows,
                channels,
                channels,
                sums,
                sumsAt,
                sumsAt + channels,
                scratch.worker(worker),
                0);
          }
        });
    return partition.tasks();
  }

  /** Makes scale and shift of the batch's moments and updates the running statistics. */
  void useBatch(double[] sums, int tasks) {
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      for (int task = 0; task < tasks; task++) {
        sum += sums[task * 2 * channels + c];
        squares += sums[task * 2 * channels + channels + c];
      }
      int parameter = order[c];
      mean[c] = sum / count;
      double variance = Math.max(0, squares / count - mean[c] * mean[c]);
      double unbiased = variance * count / (count - 1);
      runningMean[parameter] =
          (float) ((1 - momentum) * runningMean[parameter] + momentum * mean[c]);
      runningVariance[parameter] =
          (float) ((1 - momentum) * runningVariance[parameter] + momentum * unbiased);
      normalise(c, variance);
    }
  }

  /** Makes scale and shift of the running statistics. */
  void useRunning() {
    for (int c = 0; c < channels; c++) {
      mean[c] = runningMean[order[c]];
      normalise(c, runningVariance[order[c]]);
    }
  }

  private void normalise(int c, double variance) {
    inverseDeviation[c] = 1 / Math.sqrt(variance + epsilon);
    roundedMean[c] = (float) mean[c];
    double scale = weight[order[c]] * inverseDeviation[c];
    coefficients.scale()[c] = (float) scale;
    coefficients.shift()[c] = (float) (bias[order[c]] - mean[c] * scale);
  }

  /**
   * Sums the gradient and makes of it the gradients of weight and bias (where their arrays are not
   * empty) and the coefficients of the gradient of x.
   *
   * @param relu whether a ReLU follows, so that the gradient counts only where the output is
   *     positive
   */
  void backward(
      Buffer gradient,
      Buffer x,
      boolean relu,
      float[] weightGradient,
      float[] biasGradient,
      boolean accumulate,
      TrainingScratch scratch,
      WorkerPool pool) {
    double[] sums = scratch.sums();
    Arrays.fill(sums, 0, gradientSums(partition.tasks()), 0.0);
    pool.run(
        partition.tasks(),
        (task, worker) -> {
          int first = partition.start(task);
          int rows = partition.start(task + 1) - first;
          float[] own = scratch.worker(worker);
          sumGradient(gradient, x, relu, first, rows, 0, channels, sums, 0, task, own, 0);
        });
    useGradient(sums, 0, partition.tasks(), weightGradient, biasGradient, accumulate);
  }

  /** Number of sums of the gradient that so many tasks make. */
  int gradientSums(int tasks) {
    return 2 * channels * tasks;
  }

  /**
   * Adds some channels of some pixels to a task's sums of the gradient.
   *
   * @param sumsAt where the sums of the first task start, all of them 0 before
   * @param freeAt room in {@code own} for two values a channel
   */
  void sumGradient(
      Buffer gradient,
      Buffer x,
      boolean relu,
      int first,
      int rows,
      int channel,
      int width,
      double[] sums,
      int sumsAt,
      int task,
      float[] own,
      int freeAt) {
    int into = sumsAt + task * 2 * channels + channel;
    for (int row = first; row < first + rows; row += BLOCK_ROWS) {
      ChannelPasses.gradientMoments(
          gradient.data(),
          x.data(),
          row * channels + channel,
          Math.min(BLOCK_ROWS, first + rows - row),
          channels,
          channel,
          width,
          scale(),
          shift(),
          roundedMean,
          relu,
          sums,
          into,
          into + channels,
          own,
          freeAt);
    }
  }

  /**
   * Makes of the tasks' sums the gradients of weight and bias (where their arrays are not empty)
   * and the coefficients of the gradient of x.
   */
  void useGradient(
      double[] sums,
      int sumsAt,
      int tasks,
      float[] weightGradient,
      float[] biasGradient,
      boolean accumulate) {
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double centred = 0;
      for (int task = 0; task < tasks; task++) {
        sum += sums[sumsAt + task * 2 * channels + c];
        centred += sums[sumsAt + task * 2 * channels + channels + c];
      }
      // The sums were made around the rounded mean.
      double product = (centred + sum * (roundedMean[c] - mean[c])) * inverseDeviation[c];
      if (weightGradient.length > 0) {
        weightGradient[order[c]] =
            (float) (accumulate ? weightGradient[order[c]] + product : product);
      }
      if (biasGradient.length > 0) {
        biasGradient[order[c]] = (float) (accumulate ? biasGradient[order[c]] + sum : sum);
      }
      coefficients(c, sum, product);
    }
  }

  /** Makes the coefficients where statistics do not depend on the batch. */
  void coefficientsOfEvaluation() {
    for (int c = 0; c < channels; c++) {
      coefficients(c, 0, 0);
    }
  }

  private void coefficients(int c, double sum, double product) {
    double scale = weight[order[c]] * inverseDeviation[c];
    double slope = evaluation ? 0 : -scale * inverseDeviation[c] * product / count;
    double constant = evaluation ? 0 : -scale * sum / count - slope * mean[c];
    coefficients.a()[c] = (float) scale;
    coefficients.b()[c] = (float) slope;
    coefficients.c()[c] = (float) constant;
  }
}
