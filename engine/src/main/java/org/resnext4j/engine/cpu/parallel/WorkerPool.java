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
 * Threads that share the engine's work. The thread that calls takes part, so a pool of n threads
 * starts n - 1, as daemons.
 *
 * <p>A pool may be used by many threads at a time, virtual ones too: a thread that finds it busy
 * works alone instead of waiting. Threads without work spin for some microseconds (the next layer
 * of a network comes within that) and then sleep.
 */
public final class WorkerPool implements AutoCloseable {

  /** System property with the default number of threads. */
  public static final String THREADS_PROPERTY = "resnext4j.threads";

  private static final int MOST_THREADS = 1024;

  /** How long a thread without work spins before it sleeps, in nanoseconds. */
  private static final long SPIN_NANOS = 50_000;

  /** Turns that the caller waits spinning for the last chunks of others. */
  private static final int SPINS_FOR_OTHERS = 100_000;

  /** Turns of a spin between two looks at the clock. */
  private static final int SPINS_PER_LOOK = 32;

  /** Longs from one thread's range to the next one's: a cache line pair each. */
  private static final int RANGE_STEP = 16;

  /** Bit of {@link #region} that says no thread may join any more. */
  private static final long SHUT = 1L << 31;

  private static final long JOINED = SHUT - 1;

  /** A part of some work; parts may run on any thread, in any order, at the same time. */
  @FunctionalInterface
  public interface Task {
    /**
     * Runs one part.
     *
     * @param chunk which part, from 0
     * @param worker which of the pool's threads does it, from 0 to {@link #threads()} - 1; no two
     *     at a time within one call of {@link #run}
     */
    public void run(int chunk, int worker);
  }

  private final Worker[] workers;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** Whether threads may spin: not when they would take a core from one that has work. */
  private final boolean spins;

  /**
   * Number of the present region of work (high half), whether it is shut, and its number of
   * workers.
   */
  private final AtomicLong region = new AtomicLong(SHUT);

  /** Chunks not yet taken, a range a thread: the first (high half) and one past the last. */
  private final AtomicLongArray ranges;

  /** The first thing that went wrong in the present region; tasks throw nothing checked. */
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private volatile boolean closed;

  /** Written before {@link #region} opens and read after it is seen open. */
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
   * A pool of as many threads as the property {@value #THREADS_PROPERTY} says, or else of one for
   * each physical core.
   *
   * @throws IllegalArgumentException if the property is no number from 1 to 1024
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
   * A pool of that many threads, the caller's counted.
   *
   * @throws IllegalArgumentException if that is not from 1 to 1024
   */
  public static WorkerPool create(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "a pool needs 1 to %d threads, but %d were asked for".formatted(MOST_THREADS, threads));
    }
    return new WorkerPool(threads);
  }

  /** Number of threads, the caller's counted. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs every chunk of a task once and returns when all are done.
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

  /** Takes a chunk off a thread's range: the owner from the front, others from the back. */
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
      // A long wait means that the others want for a core: let them have this one.
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

  /** Ends the threads and waits for their end; work that is running is finished first. */
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

  /** Physical cores that this process may use; logical ones where the system does not tell. */
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

    /** Whether this thread became part of a region before it was shut. */
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
