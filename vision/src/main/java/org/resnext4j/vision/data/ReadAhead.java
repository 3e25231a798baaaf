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
 * Reads items before their consumer requests them (prefetching), on threads of its own, and returns
 * them in the order of their sources. Training, evaluation and streams of pictures use this class.
 *
 * <p>Two limits bound the prefetched items: their number, which counts items that are being read
 * and items that wait for the consumer, and their memory. A slow consumer therefore stops the
 * reading. A slow source does not stop the consumer: a separate thread requests the sources, and
 * {@link #isNextComing} tells without waiting whether an item is read or being read.
 *
 * <p>If a reader throws an exception, {@link #next} throws it in the item's place. A reader that
 * can continue after a bad item returns the failure as a value. One thread consumes; any thread may
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
 * @param <R> items read from a source, such as pictures
 */
public final class ReadAhead<S, R> implements AutoCloseable {

  /**
   * Reads one item. Several threads call a reader at once.
   *
   * @param <S> sources
   * @param <R> items
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
   * Limits the prefetched items.
   *
   * @param threads number of threads that read, at least 1
   * @param items largest number of items that are being read or wait for the consumer, at least 1
   * @param bytes largest memory of these items, at least 1; an item that is being read counts as
   *     the largest item so far; a single item may exceed the limit
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

    /** Returns limits that give prefetched items a quarter of the heap. */
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
  private int finished; // Number of items in coming that wait for the consumer.
  private long waitingBytes;
  private long largest;
  private boolean ended;
  private boolean closed;
  private Optional<Throwable> sourceFailure = Optional.empty();

  private long waitedNanos; // Only the consumer uses it.

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
    // The feeder is no reader thread, and no thread waits for its end: a source may block forever.
    this.feeder =
        Thread.ofPlatform().daemon().name(name + "-source").unstarted(() -> feed(sources));
  }

  /**
   * Starts reading.
   *
   * @param name name of the threads
   * @param sources sources of the items; one separate thread iterates over them
   * @param reader reads an item
   * @param bytes memory of an item that waits, in bytes
   * @param limits limits of the prefetched items
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
   * Returns the next item in the order of the sources, and waits until it is read. Returns empty
   * after the last item.
   *
   * @throws IOException if the item could not be read
   * @throws RuntimeException if the reader threw it for the item, or the sources threw it in place
   *     of the item's source
   * @throws InterruptedException if this thread is interrupted while it waits; the next call
   *     returns the same item
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

  /**
   * Whether the item of {@link #next} is read or being read. This method requests nothing from the
   * sources.
   */
  public synchronized boolean isNextComing() {
    return !coming.isEmpty();
  }

  /**
   * Returns the total time of all calls of {@link #next}, in nanoseconds. Only the consumer may
   * call this method.
   */
  public long waitedNanos() {
    return waitedNanos;
  }

  /**
   * Stops reading. This method starts no further item, interrupts the readers and drops the items
   * that wait. It returns at once; a thread ends when its reader returns. A second call does
   * nothing.
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
      Thread.currentThread().interrupt(); // This object is closed.
    } catch (RuntimeException | Error e) {
      end(Optional.of(e));
    }
  }

  /** Waits until the limits admit another item. Returns false if this object is closed. */
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
    // The memory of an item is unknown before the first item is read. Until then, each thread may
    // begin one item.
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
      // The memory of a picture that the reader decodes stays reserved until the reader returns.
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

  /** Returns the first item in coming; empty after the last. */
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
