package org.resnext4j.engine.cpu.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyChunkRunsExactlyOnce(int threads) {
    try (WorkerPool pool = WorkerPool.create(threads)) {
      for (int chunks : new int[] {0, 1, 2, 3, 10, 1000}) {
        AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
        pool.run(chunks, (chunk, worker) -> runs.incrementAndGet(chunk));
        for (int i = 0; i < chunks; i++) {
          assertThat(runs.get(i)).as("chunk %d of %d", i, chunks).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whatTheChunksWroteIsSeenWhenRunReturns() {
    int[] plain = new int[64];
    try (WorkerPool pool = WorkerPool.create(4)) {
      for (int round = 1; round <= 2000; round++) {
        int value = round;
        pool.run(plain.length, (chunk, worker) -> plain[chunk] = value);
        for (int i = 0; i < plain.length; i++) {
          assertThat(plain[i]).isEqualTo(round);
        }
      }
    }
  }

  @Test
  void aWorkerNumberIsNeverInUseTwiceAtATime() {
    int threads = 3;
    AtomicIntegerArray inUse = new AtomicIntegerArray(threads);
    try (WorkerPool pool = WorkerPool.create(threads)) {
      pool.run(
          500,
          (chunk, worker) -> {
            assertThat(inUse.incrementAndGet(worker)).isEqualTo(1);
            Thread.onSpinWait();
            inUse.decrementAndGet(worker);
          });
    }
  }

  @Test
  void threadsThatSleptWakeUpAgain() {
    try (WorkerPool pool = WorkerPool.create(2)) {
      for (int i = 0; i < 5; i++) {
        LockSupport.parkNanos(2_000_000);
        AtomicIntegerArray runs = new AtomicIntegerArray(8);
        pool.run(8, (chunk, worker) -> runs.incrementAndGet(chunk));
        assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1, 1, 1, 1, 1]");
      }
    }
  }

  @Test
  void manyVirtualThreadsMayShareAPool() throws Exception {
    try (WorkerPool pool = WorkerPool.create(3);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> sums = new ArrayList<>();
      for (int user = 0; user < 20; user++) {
        sums.add(
            executor.submit(() -> {
              AtomicIntegerArray runs = new AtomicIntegerArray(50);
              for (int round = 0; round < 20; round++) {
                pool.run(50, (chunk, worker) -> runs.incrementAndGet(chunk));
              }
              int sum = 0;
              for (int i = 0; i < 50; i++) {
                sum += runs.get(i);
              }
              return sum;
            }));
      }
      for (Future<Integer> sum : sums) {
        assertThat(sum.get()).isEqualTo(1000);
      }
    }
  }

  @Test
  void aTaskMayUseThePoolItself() {
    AtomicIntegerArray runs = new AtomicIntegerArray(12);
    try (WorkerPool pool = WorkerPool.create(2)) {
      pool.run(
          3,
          (outer, worker) -> pool.run(4, (inner, same) -> runs.incrementAndGet(outer * 4 + inner)));
    }
    for (int i = 0; i < 12; i++) {
      assertThat(runs.get(i)).isEqualTo(1);
    }
  }

  @Test
  void anExceptionReachesTheCallerAndThePoolLivesOn() {
    try (WorkerPool pool = WorkerPool.create(3)) {
      for (int bad : new int[] {0, 50, 99}) {
        assertThatThrownBy(() ->
                pool.run(
                    100,
                    (chunk, worker) -> {
                      if (chunk == bad) {
                        throw new ArithmeticException("chunk " + bad);
                      }
                    }))
            .isInstanceOf(ArithmeticException.class)
            .hasMessage("chunk " + bad);
        pool.run(100, (chunk, worker) -> {});
      }
    }
  }

  @Test
  void closingLeavesNoThread() {
    WorkerPool pool = WorkerPool.create(4);
    pool.run(100, (chunk, worker) -> {});
    assertThat(workerThreads()).isGreaterThanOrEqualTo(3);
    long others = workerThreads() - 3;
    pool.close();
    assertThat(workerThreads()).isEqualTo(others);
    assertThatThrownBy(() -> pool.run(2, (chunk, worker) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void thePropertySetsTheNumberOfThreads() {
    System.setProperty(WorkerPool.THREADS_PROPERTY, "3");
    try (WorkerPool pool = WorkerPool.create()) {
      assertThat(pool.threads()).isEqualTo(3);
      System.setProperty(WorkerPool.THREADS_PROPERTY, "many");
      assertThatThrownBy(WorkerPool::create)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'many'");
    } finally {
      System.clearProperty(WorkerPool.THREADS_PROPERTY);
    }
  }

  @Test
  void aPoolNeedsAThread() {
    assertThatThrownBy(() -> WorkerPool.create(0)).hasMessageContaining("0 were asked for");
  }

  private static long workerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("resnext-worker-"))
        .count();
  }
}
