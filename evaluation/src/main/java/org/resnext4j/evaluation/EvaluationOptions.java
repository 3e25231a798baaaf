package org.resnext4j.evaluation;

import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.resnext4j.vision.Image;

/**
 * How an evaluation runs.
 *
 * @param batch pictures computed together at most, each crop counted
 * @param readers threads that read and decode ahead of the network
 * @param limit evaluate so many pictures, evenly spread over the data set
 * @param alteration for each picture by its place in the data set, what is done to it before the
 *     network sees it
 * @param alterationName what the setting calls that; empty if nothing is done
 * @param progress told after each batch
 */
public record EvaluationOptions(
    int batch,
    int readers,
    OptionalInt limit,
    IntFunction<UnaryOperator<Image>> alteration,
    String alterationName,
    Progress progress) {

  /** Told how far an evaluation is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Some more pictures are done.
     *
     * @param done pictures done so far
     * @param all pictures to do
     * @param right share of the labelled ones so far whose first prediction was right
     */
    void update(int done, int all, double right);
  }

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException if one is less than 1
   */
  public EvaluationOptions {
    if (batch < 1 || readers < 1 || limit.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "an evaluation needs batch, readers and limit of at least 1, but was given %d, %d and %s"
              .formatted(batch, readers, limit.isPresent() ? limit.getAsInt() : "no limit"));
    }
  }

  /**
   * The places in a data set that a limit takes, in rising order: all, or so many as the limit
   * allows. Those are spread evenly, because data sets are sorted by class.
   *
   * @param size pictures of the data set
   */
  public static int[] places(int size, OptionalInt limit) {
    int count = Math.min(size, limit.orElse(size));
    return IntStream.range(0, count).map(i -> (int) ((long) i * size / count)).toArray();
  }

  /** Batches of 32, a reader a processor, all pictures as they are. */
  public static EvaluationOptions defaults() {
    return new EvaluationOptions(
        32,
        Runtime.getRuntime().availableProcessors(),
        OptionalInt.empty(),
        _ -> UnaryOperator.identity(),
        "",
        (_, _, _) -> {});
  }

  /** The same with another batch size. */
  public EvaluationOptions withBatch(int pictures) {
    return new EvaluationOptions(pictures, readers, limit, alteration, alterationName, progress);
  }

  /** The same with another number of reading threads. */
  public EvaluationOptions withReaders(int threads) {
    return new EvaluationOptions(batch, threads, limit, alteration, alterationName, progress);
  }

  /** The same for at most so many pictures. */
  public EvaluationOptions withLimit(OptionalInt pictures) {
    return new EvaluationOptions(batch, readers, pictures, alteration, alterationName, progress);
  }

  /** The same with something done to each picture. */
  public EvaluationOptions withAlteration(
      String name, IntFunction<UnaryOperator<Image>> newAlteration) {
    return new EvaluationOptions(batch, readers, limit, newAlteration, name, progress);
  }

  /** The same, telling someone how far it is. */
  public EvaluationOptions withProgress(Progress listener) {
    return new EvaluationOptions(batch, readers, limit, alteration, alterationName, listener);
  }
}
