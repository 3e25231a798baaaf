package org.resnext4j.serving;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.Limits;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.vision.ImageException;

/**
 * Decodes pictures on a few threads of its own, never on those that serve: whatever a picture does
 * to its decoder, health checks are answered and deadlines are kept.
 *
 * <p>Bounded three ways: in threads (one a core), in pictures that wait for one, and in pixels that
 * are decoded at once, by the size of the heap.
 */
final class Decoders implements AutoCloseable {

  /** What a pixel takes while it is decoded: samples, coefficients and copies, at the worst. */
  private static final int BYTES_PER_PIXEL = 16;

  /** Pixels are counted in such lots, so that a heap of any size fits a semaphore. */
  private static final int LOT = 1024;

  private final ThreadPoolExecutor threads;
  private final Semaphore lots;
  private final int allLots;

  /**
   * Decoders.
   *
   * @param threads how many pictures are decoded at once
   * @param waiting how many may wait for that
   * @param pixels how many pixels are decoded at once; a picture that has more is decoded alone
   */
  Decoders(int threads, int waiting, long pixels) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name("decoder-", 0).daemon().factory());
    this.allLots = Math.clamp(pixels / LOT, 1, Integer.MAX_VALUE);
    this.lots = new Semaphore(allLots, true);
  }

  /** As many as there are cores, and as many pixels as a quarter of the heap holds. */
  static Decoders forLimits(Limits limits) {
    return new Decoders(
        Runtime.getRuntime().availableProcessors(),
        limits.connections(),
        Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_PIXEL);
  }

  /**
   * Decodes a picture.
   *
   * @param pixels how many it has
   * @param left how long its request may take
   * @param decoding what decodes it
   * @throws OverloadedException if too many pictures wait already
   * @throws RequestException with status 400 if it is no picture, 504 if its time is over first
   */
  <T> T decode(long pixels, Duration left, Callable<T> decoding) throws InterruptedException {
    long end = System.nanoTime() + left.toNanos();
    int needed = Math.clamp(Math.ceilDiv(pixels, LOT), 1, allLots);
    if (!lots.tryAcquire(needed, left.toNanos(), TimeUnit.NANOSECONDS)) {
      throw tooLate();
    }
    CompletableFuture<T> coming = new CompletableFuture<>();
    Runnable task =
        () -> {
          // Given back by the one who used the memory, also when nobody waits for it any more.
          try {
            if (!coming.isDone()) {
              coming.complete(decoding.call());
            }
          } catch (Exception | OutOfMemoryError | StackOverflowError e) {
            coming.completeExceptionally(e);
          } finally {
            lots.release(needed);
          }
        };
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      lots.release(needed);
      throw new OverloadedException("too many pictures wait to be decoded", Duration.ofSeconds(1));
    }
    try {
      return await(coming, end);
    } finally {
      coming.cancel(false);
      if (threads.remove(task)) {
        lots.release(needed); // It waited for a thread in vain.
      }
    }
  }

  private static <T> T await(CompletableFuture<T> coming, long end) throws InterruptedException {
    try {
      return coming.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw tooLate();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ImageException bad when rootOf(bad) instanceof OutOfMemoryError error -> throw error;
        case ImageException bad -> throw new RequestException(400, bad.getMessage(), bad);
        case RuntimeException other -> throw other;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** What a decoder really met: some wrap whatever it is, as if the picture were damaged. */
  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }

  private static RequestException tooLate() {
    return new RequestException(504, "the request's time was over before its pictures were read");
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
