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
 * The results of a {@link BulkClassifier} or {@link BulkEmbedder} in the order of the pictures. A
 * pull computes the next result together with the batch that follows it. One thread pulls; {@link
 * #close} stops the decoding at any time.
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

  /** Memory of decoded pictures above which a batch takes no further picture. */
  private static final long LARGEST_BATCH = Runtime.getRuntime().maxMemory() / 8;

  private final ReadAhead<PictureSource, Prepared> pictures;
  private final int batchSize;
  private final Function<List<Prepared>, List<R>> compute;
  private final Predicate<? super R> last;
  private final List<Prepared> batch = new ArrayList<>();
  private final Deque<R> computed = new ArrayDeque<>();
  private boolean ended;

  /**
   * The results of pictures.
   *
   * @param pictures the pictures, which {@link #close} closes
   * @param batchSize largest number of pictures in a batch
   * @param compute computes the results of a batch in the order of its pictures
   * @param last whether a result is the last one
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
   * Pulls the next result; empty after the last. It is {@link #next} for callers that handle
   * interruption.
   *
   * @throws InterruptedException if this thread is interrupted while it waits for a picture; the
   *     next pull returns the same result
   * @throws RuntimeException if the sources threw it; results of earlier pictures come first
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

  /** Waits for one picture and adds those that are ready, so a slow stream is not delayed. */
  private void fillBatch() throws InterruptedException {
    try {
      // After an interrupt the batch keeps its pictures.
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
   * Whether there is another result. It computes the result if necessary.
   *
   * @throws CancellationException if this thread is interrupted while it waits; its interrupt
   *     status stays set
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
   * @throws NoSuchElementException after the last result
   * @throws CancellationException if this thread is interrupted while it waits
   */
  @Override
  public R next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more pictures");
    }
    return computed.remove();
  }

  /** The results as a sequential stream in their order. Closing the stream closes the results. */
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
