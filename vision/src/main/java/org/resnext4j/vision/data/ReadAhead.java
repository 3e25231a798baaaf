package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import org.resnext4j.vision.PictureMemory;

/**
 * Reads items ahead of their consumer on threads of its own and hands them over in the order of
 * their sources. Training, evaluation and streams of pictures all read through it.
 *
 * <p>Reading ahead is bounded twice: by the number of items that are being read or wait for the
 * consumer, and by the memory that they take. A slow consumer therefore stops the reading, and so
 * does a slow source stop nothing but itself: the source is asked on a thread of its own, and
 * {@link #isNextComing} tells without waiting whether an item is on its way.
 *
 * <p>An exception of a reader reaches the consumer in its item's place; a reader that can go on
 * after a bad item returns the failure as a value instead. One thread consumes; any thread may
 * {@link #close}.
 *
 * {@snippet :
 * ReadAhead.Limits limits = ReadAhead.Limits.of(4, 64);
 * try (ReadAhead<Integer, Image> pictures =
 *     ReadAhead.start("pictures", order.iterator(), dataset::read, image -> image.rgb().length, limits)) {
 *   for (Optional<Image> next = pictures.next(); next.isPresent(); next = pictures.next()) {
 *     IO.println(next.get().width());
 *   }
 * }
 * }
 *
 * @param <S> sources, such as file names
 * @param <R> what is read of a source, such as a picture
 */
public final class ReadAhead<S, R> implements AutoCloseable {

  /**
   * Reads one item; called on several threads at once.
   *
   * @param <S> sources
   * @param <R> what is read
   */
  @FunctionalInterface
  public interface Reader<S, R> {

    /**
     * Reads an item.
     *
     * @throws IOException if it cannot be read
     */
    R read(S source) throws IOException;
  }

  /**
   * How far reading goes ahead.
   *
   * @param threads number of threads that read, at least 1
   * @param items most items that are being read or wait for the consumer, at least 1
   * @param bytes most memory of these items, at least 1; an item that is being read counts as the
   *     largest so far, and a single item may be larger
   */
  public record Limits(int threads, int items, long bytes) {

    /** Checks the limits. */
    public Limits {
      if (threads < 1 || items < 1 || bytes < 1) {
        throw new IllegalArgumentException(
            "reading ahead needs threads, items and bytes of at least 1, but was given %d, %d and %d"
                .formatted(threads, items, bytes));
      }
    }

    /** Limits with a quarter of the heap for the items that wait. */
    public static Limits of(int threads, int items) {
      return new Limits(threads, items, Runtime.getRuntime().maxMemory() / 4);
    }
  }

  /** An item that waits for the consumer. */
  private record Waiting<R>(R item, long bytes) {}

  private final Reader<? super S, ? extends R> reader;
  private final ToLongFunction<? super R> bytes;
  private final Limits limits;
  private final ExecutorService readers;
  private final Thread feeder;

  // Guarded by this.
  private final Deque<Future<Waiting<R>>> coming = new ArrayDeque<>();
  private int finished; // Items of those coming that wait for the consumer.
  private long waitingBytes;
  private long largest;
  private boolean ended;
  private boolean closed;
  private Optional<Throwable> sourceFailure = Optional.empty();

  private long waitedNanos; // Of the consumer alone.

  private ReadAhead(
      String name,
      Iterator<? extends S> sources,
      Reader<? super S, ? extends R> reader,
      ToLongFunction<? super R> bytes,
      Limits limits) {
    this.reader = reader;
    this.bytes = bytes;
    this.limits = limits;
    this.readers =
        Executors.newFixedThreadPool(
            limits.threads(), Thread.ofPlatform().daemon().name(name + "-reader-", 0).factory());
    // Not one of the readers, and nobody waits for its end: a source may hang in a read of its own.
    this.feeder =
        Thread.ofPlatform().daemon().name(name + "-source").unstarted(() -> feed(sources));
  }

  /**
   * Begins to read.
   *
   * @param name of the threads
   * @param sources asked for one source after another, on a thread of its own
   * @param reader reads an item
   * @param bytes memory that an item takes while it waits
   * @param limits how far reading goes ahead
   */
  public static <S, R> ReadAhead<S, R> start(
      String name,
      Iterator<? extends S> sources,
      Reader<? super S, ? extends R> reader,
      ToLongFunction<? super R> bytes,
      Limits limits) {
    ReadAhead<S, R> ahead = new ReadAhead<>(name, sources, reader, bytes, limits);
    ahead.feeder.start();
    return ahead;
  }

  /**
   * The next item in the order of the sources, waiting until it is read; empty after the last.
   *
   * @throws IOException if the item could not be read
   * @throws RuntimeException that the reader threw for the item, or the sources in its place
   * @throws InterruptedException if this thread is interrupted while waiting; the item stays next
   * @throws IllegalStateException if this is closed
   */
  public Optional<R> next() throws IOException, InterruptedException {
    long before = System.nanoTime();
    try {
      Optional<Future<Waiting<R>>> first = first();
      if (first.isEmpty()) {
        return Optional.empty();
      }
      try {
        Waiting<R> waiting = first.get().get();
        taken(waiting.bytes());
        return Optional.of(waiting.item());
      } catch (ExecutionException e) {
        taken(0);
        throw failure(e.getCause());
      } catch (CancellationException e) {
        throw new IllegalStateException("reading ahead was closed", e);
      }
    } finally {
      waitedNanos += System.nanoTime() - before;
    }
  }

  /** Whether {@link #next} has an item that is read or being read, without asking the sources. */
  public synchronized boolean isNextComing() {
    return !coming.isEmpty();
  }

  /** Nanoseconds that {@link #next} took so far; for the consuming thread. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /**
   * Stops reading: nothing further is begun, readers are interrupted, and items that wait are
   * dropped. Returns at once; the threads end as soon as their readers do. Closing a second time
   * does nothing.
   */
  @Override
  public synchronized void close() {
    closed = true;
    feeder.interrupt();
    readers.shutdownNow();
    coming.forEach(future -> future.cancel(true));
    coming.clear();
    waitingBytes = 0;
    notifyAll();
  }

  private void feed(Iterator<? extends S> sources) {
    try {
      while (awaitRoom() && sources.hasNext()) {
        submit(sources.next());
      }
      end(Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody wants more.
    } catch (RuntimeException | Error e) {
      end(Optional.of(e));
    }
  }

  /** Waits for room for another item; false if this is closed. */
  private synchronized boolean awaitRoom() throws InterruptedException {
    while (!closed && !hasRoom()) {
      wait();
    }
    return !closed;
  }

  private boolean hasRoom() {
    int reading = coming.size() - finished;
    if (coming.isEmpty() || coming.size() >= limits.items()) {
      return coming.isEmpty();
    }
    // Before the first item is read nobody knows what items take: each thread may begin one.
    return largest == 0
        ? reading < limits.threads()
        : waitingBytes + (reading + 1) * largest <= limits.bytes();
  }

  private synchronized void submit(S source) {
    if (!closed) {
      coming.add(readers.submit(() -> read(source)));
      notifyAll();
    }
  }

  private Waiting<R> read(S source) throws IOException {
    long size = 0;
    try {
      // A picture that the reader resizes keeps its memory reserved until then.
      R item = PictureMemory.<R, IOException>during(() -> reader.read(source));
      size = bytes.applyAsLong(item);
      return new Waiting<>(item, size);
    } finally {
      finished(size);
    }
  }

  private synchronized void finished(long size) {
    finished++;
    waitingBytes += size;
    largest = Math.max(largest, size);
    notifyAll();
  }

  private synchronized void end(Optional<Throwable> failure) {
    ended = true;
    sourceFailure = failure;
    readers.shutdown();
    notifyAll();
  }

  /** The first item of those coming; empty after the last. */
  private synchronized Optional<Future<Waiting<R>>> first()
      throws IOException, InterruptedException {
    while (coming.isEmpty() && !ended && !closed) {
      wait();
    }
    if (closed) {
      throw new IllegalStateException("reading ahead was closed");
    }
    if (coming.isEmpty() && sourceFailure.isPresent()) {
      throw failure(sourceFailure.get());
    }
    return Optional.ofNullable(coming.peek());
  }

  private synchronized void taken(long size) {
    coming.poll();
    finished--;
    waitingBytes -= size;
    notifyAll();
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(cause);
    };
  }
}
