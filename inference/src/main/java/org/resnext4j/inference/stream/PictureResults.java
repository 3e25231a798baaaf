package org.resnext4j.inference.stream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.resnext4j.vision.data.ReadAhead;

/**
 * The results of a {@link BulkClassifier} or {@link BulkEmbedder}, pulled one by one in the order
 * of the pictures. A result is computed, with a batch of those that follow, when it is asked for.
 * One thread pulls; closing stops the decoding, also before the end.
 *
 * {@snippet :
 * try (Stream<Prediction> results = BulkClassifier.of(classifier).predictions(sources).stream()) {
 *   results.limit(100).forEach(prediction -> IO.println(prediction));
 * }
 * }
 *
 * @param <R> the result for one picture
 */
public final class PictureResults<R> implements Iterator<R>, AutoCloseable {

  /** Memory of decoded pictures in a batch, kept for explanations, above which none is added. */
  private static final long LARGEST_BATCH = Runtime.getRuntime().maxMemory() / 8;

  private final ReadAhead<PictureSource, Prepared> pictures;
  private final int batchSize;
  private final Function<List<Prepared>, List<R>> compute;
  private final Predicate<? super R> last;
  private final List<Prepared> batch = new ArrayList<>();
  private final Deque<R> computed = new ArrayDeque<>();
  private boolean ended;

  /**
   * Results to pull.
   *
   * @param pictures closed with this
   * @param batchSize pictures computed together, at most
   * @param compute the results of a batch, in the order of its pictures
   * @param last whether a result ends the results
   */
  PictureResults(
      ReadAhead<PictureSource, Prepared> pictures,
      int batchSize,
      Function<List<Prepared>, List<R>> compute,
      Predicate<? super R> last) {
    this.pictures = pictures;
    this.batchSize = batchSize;
    this.compute = compute;
    this.last = last;
  }

  /**
   * The next result, or empty after the last: as {@link #next}, for callers that handle
   * interruption.
   *
   * @throws InterruptedException if this thread is interrupted while waiting for a picture; the
   *     result stays next
   * @throws RuntimeException that the sources threw, after the results of what they gave before
   */
  public Optional<R> pull() throws InterruptedException {
    if (computed.isEmpty() && !ended) {
      fillBatch();
      ended = batch.isEmpty();
      for (R result : compute.apply(batch)) {
        computed.add(result);
        if (last.test(result)) {
          ended = true;
          close();
          break;
        }
      }
      batch.clear();
    }
    return Optional.ofNullable(computed.poll());
  }

  /** Waits for one picture and takes those that follow closely: a slow stream is not held up. */
  private void fillBatch() throws InterruptedException {
    try {
      // An interrupt leaves what was taken in the batch.
      if (batch.isEmpty()) {
        pictures.next().ifPresent(batch::add);
      }
      while (!batch.isEmpty() && hasRoom() && pictures.isNextComing()) {
        pictures.next().ifPresent(batch::add);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a picture's failure is a value", e);
    }
  }

  private boolean hasRoom() {
    return batch.size() < batchSize
        && batch.stream().mapToLong(Prepared::pictureBytes).sum() <= LARGEST_BATCH;
  }

  /**
   * Whether there is another result; computes it if it was not.
   *
   * @throws CancellationException if this thread is interrupted while waiting; its interrupt status
   *     stays set
   */
  @Override
  public boolean hasNext() {
    if (computed.isEmpty()) {
      try {
        pull().ifPresent(computed::addFirst);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e);
      }
    }
    return !computed.isEmpty();
  }

  private static CancellationException interrupted(InterruptedException cause) {
    CancellationException exception =
        new CancellationException("interrupted while waiting for a picture");
    exception.initCause(cause);
    return exception;
  }

  /**
   * The next result.
   *
   * @throws NoSuchElementException after the last
   * @throws CancellationException if this thread is interrupted while waiting
   */
  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more pictures");
    }
    return computed.remove();
  }

  /** The results as a sequential stream in their order; closing it closes this. */
  public Stream<R> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /** Stops the decoding. The classifier stays open. */
  @Override
  public void close() {
    pictures.close();
  }
}
