package org.resnext4j.engine.cpu.training;

import java.util.Arrays;
import java.util.Optional;
import org.resnext4j.engine.cpu.kernel.ChannelPasses;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Block;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.GradientCoefficients;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Norm;
import org.resnext4j.engine.cpu.kernel.ChannelPasses.Sums;
import org.resnext4j.engine.cpu.parallel.Partition;
import org.resnext4j.engine.cpu.training.GradientRowsListener.GradientRows;
import org.resnext4j.engine.cpu.training.TrainingLayout.Site;
import org.resnext4j.engine.graph.Op;

/**
 * One batch norm of a {@link CpuTrainingPlan}: its parameters, the statistics of the current batch,
 * and the coefficients of both passes. The output is {@code y = x * scale + shift}, and the
 * gradient of the input is {@code dx = a·dy + b·x + c}.
 */
final class BatchNormState {

  /** The number of rows that are summed in float32 at once. It keeps rounding errors small. */
  private static final int BLOCK_ROWS = 32;

  private static final int TASKS = 48;

  private final int channels;
  private final int[] order;
  private final long count;
  private final double epsilon;
  private final double momentum;
  private final boolean fixed;
  private final NormSpans spans;

  /** Mean of each channel, {@code [channels]}. */
  private final double[] mean;

  /** {@code 1 / √(variance + epsilon)} of each channel, {@code [channels]}. */
  private final double[] inverseDeviation;

  /** The mean in float32, {@code [channels]}. */
  private final float[] roundedMean;

  private final GradientCoefficients coefficients;
  private final Norm norm;
  private final Partition partition;

  /**
   * A batch norm.
   *
   * @param fixed whether the batch norm normalises by its running statistics and does not update
   *     them
   * @param momentum weight of the new batch in the running statistics
   */
  BatchNormState(Site site, NormSpans spans, Op.BatchNorm op, boolean fixed, double momentum) {
    this.channels = op.channels();
    this.order = site.order();
    this.count = site.pixels();
    this.epsilon = op.epsilon();
    this.momentum = momentum;
    this.fixed = fixed;
    this.spans = spans;
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
    this.norm = new Norm(scale(), shift(), roundedMean, site.joined());
    this.partition = Partition.of(site.pixels(), BLOCK_ROWS, TASKS);
  }

  /**
   * The memory of the steps: float64 sums {@code [task][2][channels]}, and {@code [2][channels]} of
   * each worker.
   */
  Workspace.Need need() {
    return Workspace.Need.sums((2L * channels) * partition.tasks(), 2L * channels);
  }

  /**
   * Whether the gradient needs no sums over the batch: the statistics are fixed, and weight and
   * bias are frozen.
   */
  boolean needsNoSums() {
    return fixed && spans.isFrozen();
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

  /** Sums the moments of a stored map; returns the number of tasks. */
  int sumMoments(Buffer x, Workspace space) {
    space.run(
        partition.tasks(),
        (task, own) -> {
          Sums into = space.clearedSums(task, channels, 0, channels);
          int end = partition.start(task + 1);
          for (int row = partition.start(task); row < end; row += BLOCK_ROWS) {
            int rows = Math.min(BLOCK_ROWS, end - row);
            Block block = new Block(row * channels, rows, channels, 0, channels);
            ChannelPasses.moments(x.data(), block, into, own, 0);
          }
        });
    return partition.tasks();
  }

  /** Computes scale and shift from the batch's moments and updates the running statistics. */
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
      blend(spans.runningMean(), parameter, mean[c]);
      blend(spans.runningVariance(), parameter, unbiased);
      normalise(c, variance);
    }
  }

  private void blend(Span running, int parameter, double value) {
    float blended = (float) ((1 - momentum) * running.get(parameter) + momentum * value);
    running.set(parameter, blended);
  }

  /** Computes scale and shift from the running statistics. */
  void useRunning() {
    for (int c = 0; c < channels; c++) {
      mean[c] = spans.runningMean().get(order[c]);
      normalise(c, spans.runningVariance().get(order[c]));
    }
  }

  private void normalise(int c, double variance) {
    inverseDeviation[c] = 1 / Math.sqrt(variance + epsilon);
    roundedMean[c] = (float) mean[c];
    double scale = spans.weight().get(order[c]) * inverseDeviation[c];
    coefficients.scale()[c] = (float) scale;
    coefficients.shift()[c] = (float) (spans.bias().get(order[c]) - mean[c] * scale);
  }

  /**
   * Sums the gradient. From the sums it computes the gradients of the trainable parameters and the
   * coefficients of the gradient of x. If a ReLU is fused with this batch norm, the gradient counts
   * only where the output is positive.
   *
   * @param accumulate whether the method adds to the gradients of weight and bias
   */
  void backward(Buffer gradient, Buffer x, boolean accumulate, Workspace space) {
    double[] sums = space.sums();
    Arrays.fill(sums, 0, gradientSums(partition.tasks()), 0.0);
    space.run(
        partition.tasks(),
        (task, own) -> {
          int first = partition.start(task);
          int rows = partition.start(task + 1) - first;
          GradientRows all = new GradientRows(task, own, 0, first, rows, 0, channels);
          sumGradient(gradient, x, all, sums, 0);
        });
    useGradient(sums, 0, partition.tasks(), accumulate);
  }

  /** The number of sums that a number of tasks compute. */
  int gradientSums(int tasks) {
    return 2 * channels * tasks;
  }

  /**
   * Adds some channels of some pixels to a task's sums of the gradient.
   *
   * @param sumsAt index of the first task's sums; all sums are 0 before the first call
   */
  void sumGradient(Buffer gradient, Buffer x, GradientRows rows, double[] sums, int sumsAt) {
    int channel = rows.channel();
    int at = sumsAt + rows.task() * 2 * channels + channel;
    Sums into = new Sums(sums, at, at + channels);
    int end = rows.first() + rows.count();
    for (int row = rows.first(); row < end; row += BLOCK_ROWS) {
      int count = Math.min(BLOCK_ROWS, end - row);
      Block block = new Block(row * channels + channel, count, channels, channel, rows.channels());
      ChannelPasses.gradientMoments(
          gradient.data(), x.data(), block, norm, into, rows.own(), rows.freeAt());
    }
  }

  /**
   * Computes the gradients of the trainable parameters and the coefficients of the gradient of x
   * from the tasks' sums.
   *
   * @param accumulate whether the method adds to the gradients of weight and bias
   */
  void useGradient(double[] sums, int sumsAt, int tasks, boolean accumulate) {
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double centred = 0;
      for (int task = 0; task < tasks; task++) {
        sum += sums[sumsAt + task * 2 * channels + c];
        centred += sums[sumsAt + task * 2 * channels + channels + c];
      }
      // The sums refer to the rounded mean.
      double product = (centred + sum * (roundedMean[c] - mean[c])) * inverseDeviation[c];
      put(spans.weightGradient(), order[c], product, accumulate);
      put(spans.biasGradient(), order[c], sum, accumulate);
      coefficients(c, sum, product);
    }
  }

  private static void put(Optional<Span> gradient, int index, double value, boolean accumulate) {
    gradient.ifPresent(g -> g.set(index, (float) (accumulate ? g.get(index) + value : value)));
  }

  /** Computes the coefficients of the gradient of x for fixed statistics. */
  void useFixed() {
    for (int c = 0; c < channels; c++) {
      coefficients(c, 0, 0);
    }
  }

  private void coefficients(int c, double sum, double product) {
    double scale = spans.weight().get(order[c]) * inverseDeviation[c];
    double slope = fixed ? 0 : -scale * inverseDeviation[c] * product / count;
    double constant = fixed ? 0 : -scale * sum / count - slope * mean[c];
    coefficients.a()[c] = (float) scale;
    coefficients.b()[c] = (float) slope;
    coefficients.c()[c] = (float) constant;
  }
}
