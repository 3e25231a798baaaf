package org.resnext4j.serving;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.vision.ImageException;

/**
 * Decodes pictures on a few platform threads, never on the threads that serve requests. A slow or
 * harmful picture therefore cannot delay health checks and deadlines.
 *
 * <p>This class bounds the threads and the pictures that wait for one. The image reader bounds the
 * memory. A request that ends early interrupts its decoder, so a picture that waits for memory
 * gives up its place.
 */
final class Decoders implements AutoCloseable {

  private final ThreadPoolExecutor threads;

  /**
   * Creates the decoders. Threads start when pictures arrive.
   *
   * @param threads largest number of pictures that are decoded at once
   * @param waiting largest number of pictures that wait for a thread
   */
  Decoders(int threads, int waiting) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("decoder-", 0).daemon().factory());
  }

  /**
   * Decoders with one thread for each core. As many pictures may wait as the limits allow
   * connections.
   */
  static Decoders forLimits(Limits limits) {
    return new Decoders(Runtime.getRuntime().availableProcessors(), limits.connections());
  }

  /**
   * Decodes a picture.
   *
   * @param left time that is left for its request
   * @param decoding reads and prepares the picture
   * @throws OverloadedException if too many pictures wait already
   * @throws RequestException with status 400 if the file is no picture, 504 if the time ends first
   * @throws OutOfMemoryError if the picture does not fit the heap now
   */
  <T> T decode(Duration left, Callable<T> decoding) throws InterruptedException {
    FutureTask<T> task = new FutureTask<>(decoding);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      throw new OverloadedException("too many pictures wait to be decoded", Duration.ofSeconds(1));
    }
    try {
      return task.get(left.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RequestException(504, "the request's time was over before its pictures were read");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ImageException bad when rootOf(bad) instanceof OutOfMemoryError error -> throw error;
        case ImageException bad -> throw new RequestException(400, bad.getMessage(), bad);
        case RuntimeException other -> throw other;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      task.cancel(true);
      threads.remove(task);
    }
  }

  /** The first cause: some decoders wrap an error as if the picture were damaged. */
  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
