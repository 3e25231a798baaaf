package org.resnext4j.engine.cpu.parallel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * A pool of threads that share the engine's work. The calling thread works too, so a pool of n
 * threads starts n - 1 daemon threads.
 *
 * <p>Many threads, platform or virtual, may use a pool at the same time. A caller that finds the
 * pool busy does its work alone instead of waiting. Idle threads spin for some microseconds,
 * because the next layer of a network usually follows within this time, and then sleep.
 */
public final class WorkerPool implements AutoCloseable {

  /** System property with the default number of threads. */
  public static final String THREADS_PROPERTY = "resnext4j.threads";

  private static final int MOST_THREADS = 1024;

  /** How long a thread without work spins before it sleeps, in nanoseconds. */
  private static final long SPIN_NANOS = 50_000;

  /** Number of spins with which the caller waits for the last chunks of other threads. */
  private static final int SPINS_FOR_OTHERS = 100_000;

  /** Number of spins between two readings of the clock. */
  private static final int SPINS_PER_LOOK = 32;

  /**
   * Distance between the ranges of two threads, in longs: two cache lines, against false sharing.
   */
  private static final int RANGE_STEP = 16;

  /** Bit of {@link #region} that forbids further threads to join. */
  private static final long SHUT = 1L << 31;

  private static final long JOINED = SHUT - 1;

  /** Work in chunks. Chunks may run concurrently, on any thread and in any order. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs one chunk.
     *
     * @param chunk number of the chunk, from 0
     * @param worker which of the pool's threads does it, from 0 to {@link #threads()} - 1; no two
     *     at a time within one call of {@link #run}
     */
    public void run(int chunk, int worker);
  }

  private final Worker[] workers;
  private final AtomicBoolean busy = new AtomicBoolean();

  /**
   * Whether idle threads may spin. They must not if the pool has more threads than the machine has
   * cores.
   */
  private final boolean spins;

  /**
   * The present region of work: its number in the high half, and in the low half whether it is shut
   * and how many workers have joined.
   */
  private final AtomicLong region = new AtomicLong(SHUT);

  /**
   * The range of remaining chunks of each thread: the first chunk in the high half, the end in the
   * low half.
   */
  private final AtomicLongArray ranges;

  /** The first exception or error of the present region. Tasks throw no checked exceptions. */
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private volatile boolean closed;

  /**
   * The task of the present region. It is written before {@link #region} opens and read afterwards.
   */
  private Task task = (chunk, worker) -> {};

  private WorkerPool(int threads) {
    spins = threads <= Runtime.getRuntime().availableProcessors();
    ranges = new AtomicLongArray(threads * RANGE_STEP);
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /**
   * A pool whose number of threads is set by the property {@value #THREADS_PROPERTY}; the default
   * is one thread for each physical core.
   *
   * @throws IllegalArgumentException if the property is not a number from 1 to 1024
   */
  public static WorkerPool create() {
    String property = System.getProperty(THREADS_PROPERTY);
    if (property == null) {
      return create(physicalCores());
    }
    try {
      return create(Integer.parseInt(property.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the property %s must be a number of threads, but is '%s'"
              .formatted(THREADS_PROPERTY, property),
          e);
    }
  }

  /**
   * A pool of a given number of threads, including the caller's.
   *
   * @throws IllegalArgumentException if the number is not from 1 to 1024
   */
  public static WorkerPool create(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "a pool needs 1 to %d threads, but %d were asked for".formatted(MOST_THREADS, threads));
    }
    return new WorkerPool(threads);
  }

  /** The number of threads, including the caller's. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs every chunk of a task once, and returns when all chunks are done.
   *
   * @throws IllegalStateException if the pool is closed
   */
  public void run(int chunks, Task work) {
    if (closed) {
      throw new IllegalStateException("the worker pool is closed");
    }
    if (chunks <= 1 || workers.length == 0 || !busy.compareAndSet(false, true)) {
      for (int chunk = 0; chunk < chunks; chunk++) {
        work.run(chunk, 0);
      }
      return;
    }
    try {
      open(chunks, work);
      try {
        workUntilNoneIsLeft(work, 0);
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      } finally {
        shutAndWait();
      }
      rethrow();
    } finally {
      busy.set(false);
    }
  }

  private void open(int chunks, Task work) {
    task = work;
    int threads = threads();
    for (int i = 0; i < threads; i++) {
      long first = (long) chunks * i / threads;
      long end = (long) chunks * (i + 1) / threads;
      ranges.set(i * RANGE_STEP, first << 32 | end);
    }
    region.set(((region.get() >>> 32) + 1) << 32);
    for (Worker worker : workers) {
      if (worker.asleep) {
        LockSupport.unpark(worker.thread);
      }
    }
  }

  private void workUntilNoneIsLeft(Task work, int worker) {
    int threads = threads();
    for (int i = 0; i < threads; i++) {
      int owner = (worker + i) % threads;
      for (int chunk = take(owner, i == 0); chunk >= 0; chunk = take(owner, i == 0)) {
        work.run(chunk, worker);
      }
    }
  }

  /**
   * Takes a chunk of a thread's range: the owner takes the first one, other threads take the last
   * one.
   */
  private int take(int owner, boolean front) {
    int index = owner * RANGE_STEP;
    while (true) {
      long range = ranges.get(index);
      int first = (int) (range >>> 32);
      int end = (int) range;
      if (first >= end) {
        return -1;
      }
      long rest = front ? range + (1L << 32) : range - 1;
      if (ranges.compareAndSet(index, range, rest)) {
        return front ? first : end - 1;
      }
    }
  }

  private void shutAndWait() {
    long state = region.updateAndGet(s -> s | SHUT);
    int most = spins ? SPINS_FOR_OTHERS : SPINS_PER_LOOK;
    for (int turns = 0; (state & JOINED) != 0; turns++) {
      // A long wait means that the other threads lack a core, so this thread sleeps.
      if (turns < most) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(10_000);
      }
      state = region.get();
    }
  }

  private void rethrow() {
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Ends the threads and waits for their end. Running work is finished first. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.thread.isAlive()) {
        LockSupport.unpark(worker.thread);
        try {
          worker.thread.join(10);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The number of physical cores that this process may use, or of logical cores if the system does
   * not describe its cores.
   */
  private static int physicalCores() {
    int logical = Runtime.getRuntime().availableProcessors();
    Set<String> cores = new HashSet<>();
    Path cpus = Path.of("/sys/devices/system/cpu");
    for (int i = 0; i < logical; i++) {
      try {
        cores.add(Files.readString(cpus.resolve("cpu" + i + "/topology/thread_siblings_list")));
      } catch (IOException e) {
        return logical;
      }
    }
    return Math.clamp(cores.size(), 1, MOST_THREADS);
  }

  private final class Worker implements Runnable {

    private final int index;
    private final Thread thread;
    private volatile boolean asleep;

    Worker(int index) {
      this.index = index;
      this.thread = Thread.ofPlatform().daemon().name("resnext-worker-" + index).unstarted(this);
    }

    @Override
    public void run() {
      long seen = 0;
      while (!closed) {
        long state = awaitRegionAfter(seen);
        seen = state >>> 32;
        if (join(seen)) {
          try {
            workUntilNoneIsLeft(task, index);
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          } finally {
            region.decrementAndGet();
          }
        }
      }
    }

    /** Joins a region; returns false if the region is shut. */
    private boolean join(long number) {
      long state = region.get();
      while (state >>> 32 == number && (state & SHUT) == 0) {
        if (region.compareAndSet(state, state + 1)) {
          return true;
        }
        state = region.get();
      }
      return false;
    }

    private long awaitRegionAfter(long seen) {
      long end = System.nanoTime() + SPIN_NANOS;
      while (true) {
        for (int i = 0; i < SPINS_PER_LOOK; i++) {
          long state = region.get();
          if (state >>> 32 != seen || closed) {
            return state;
          }
          Thread.onSpinWait();
        }
        if (!spins || System.nanoTime() > end) {
          asleep = true;
          if (region.get() >>> 32 == seen && !closed) {
            LockSupport.park(WorkerPool.this);
          }
          asleep = false;
          end = System.nanoTime() + SPIN_NANOS;
        }
      }
    }
  }
}
