package org.resnext4j.evaluation;

import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.resnext4j.vision.Image;

/**
 * The options of an evaluation.
 *
 * {@snippet :
 * EvaluationOptions hundred = EvaluationOptions.defaults().withBatch(16).withLimit(OptionalInt.of(100));
 * }
 *
 * @param batch largest number of crops in a batch
 * @param readers number of threads that read and decode ahead of the network
 * @param limit largest number of pictures, which are spread evenly over the data set
 * @param alteration change of each picture by its place in the data set
 * @param alterationName name of the change in the setting; empty if there is none
 * @param progress receives the progress after each batch
 */
public record EvaluationOptions(
    int batch,
    int readers,
    OptionalInt limit,
    IntFunction<UnaryOperator<Image>> alteration,
    String alterationName,
    Progress progress) {

  /** Receives the progress of an evaluation. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called after each batch.
     *
     * @param done number of finished pictures
     * @param all number of all pictures
     * @param right top-1 accuracy on the labelled pictures so far, from 0 to 1
     */
    void update(int done, int all, double right);
  }

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if a count is less than 1
   */
  public EvaluationOptions {
    if (batch < 1 || readers < 1 || limit.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "an evaluation needs batch, readers and limit of at least 1, but was given %d, %d and %s"
              .formatted(batch, readers, limit.isPresent() ? limit.getAsInt() : "no limit"));
    }
  }

  /**
   * The places in a data set that a limit allows, in rising order. They are spread evenly, because
   * data sets are sorted by class.
   *
   * @param size number of pictures in the data set
   * @param limit largest number of places; empty for all places
   */
  public static int[] places(int size, OptionalInt limit) {
    int count = Math.min(size, limit.orElse(size));
    return IntStream.range(0, count).map(i -> (int) ((long) i * size / count)).toArray();
  }

  /** Batches of 32, one reader for each processor, no limit and no alteration. */
  public static EvaluationOptions defaults() {
    return new EvaluationOptions(
        32,
        Runtime.getRuntime().availableProcessors(),
        OptionalInt.empty(),
        _ -> UnaryOperator.identity(),
        "",
        (_, _, _) -> {});
  }

  /** These options with another batch size. */
  public EvaluationOptions withBatch(int pictures) {
    return new EvaluationOptions(pictures, readers, limit, alteration, alterationName, progress);
  }

  /** These options with another number of reading threads. */
  public EvaluationOptions withReaders(int threads) {
    return new EvaluationOptions(batch, threads, limit, alteration, alterationName, progress);
  }

  /** These options with another limit. */
  public EvaluationOptions withLimit(OptionalInt pictures) {
    return new EvaluationOptions(batch, readers, pictures, alteration, alterationName, progress);
  }

  /** These options with an alteration of each picture. */
  public EvaluationOptions withAlteration(
      String name, IntFunction<UnaryOperator<Image>> newAlteration) {
    return new EvaluationOptions(batch, readers, limit, newAlteration, name, progress);
  }

  /** These options with another listener. */
  public EvaluationOptions withProgress(Progress listener) {
    return new EvaluationOptions(batch, readers, limit, alteration, alterationName, listener);
  }
}
