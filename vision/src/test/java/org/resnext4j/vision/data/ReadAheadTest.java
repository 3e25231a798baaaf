package org.resnext4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnext4j.vision.data.ReadAhead.Limits;
import org.resnext4j.vision.data.ReadAhead.Reader;

@Timeout(30)
final class ReadAheadTest {

  private static final long PLENTY = 1L << 40;

  private static Iterator<Integer> numbers(int count) {
    return IntStream.range(0, count).iterator();
  }

  private static ReadAhead<Integer, Integer> start(
      String name, Iterator<Integer> sources, Reader<Integer, Integer> reader, Limits limits) {
    return ReadAhead.start(name, sources, reader, _ -> 1, limits);
  }

  private static List<Integer> rest(ReadAhead<Integer, Integer> ahead) throws Exception {
    List<Integer> items = new ArrayList<>();
    for (Optional<Integer> next = ahead.next(); next.isPresent(); next = ahead.next()) {
      items.add(next.get());
    }
    return items;
  }

  /** Threads of a name that live; those of a closed read-ahead end on their own. */
  private static void awaitEndOfThreads(String name) throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(name + "-")) {
        thread.join();
      }
    }
  }

  @Test
  void itemsComeInTheOrderOfTheirSources() throws Exception {
    Random random = new Random(1);
    Reader<Integer, Integer> uneven =
        i -> {
          for (int spin = 0; spin < (i * 37) % 11 * 500; spin++) {
            Thread.onSpinWait();
          }
          return i;
        };
    for (int run = 0; run < 100; run++) {
      int count = random.nextInt(60);
      Limits limits =
          new Limits(1 + random.nextInt(5), 1 + random.nextInt(9), 1 + random.nextInt(9));
      try (ReadAhead<Integer, Integer> ahead = start("order", numbers(count), uneven, limits)) {
        assertThat(rest(ahead))
            .as("%d of %s", count, limits)
            .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThat(ahead.next()).isEmpty();
      }
    }
  }

  @Test
  void noMoreItemsAreAliveThanAllowed() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Reader<Integer, Integer> counting =
        i -> {
          most.accumulateAndGet(begun.incrementAndGet() - taken.get(), Math::max);
          return i;
        };
    try (ReadAhead<Integer, Integer> ahead =
        start("alive", numbers(200), counting, new Limits(4, 6, PLENTY))) {
      while (ahead.next().isPresent()) {
        taken.incrementAndGet();
      }
    }
    // The item that was just handed over is not yet counted as taken here.
    assertThat(most.get()).isLessThanOrEqualTo(6 + 1);
    assertThat(begun.get()).isEqualTo(200);
  }

  @Test
  void aSlowConsumerHoldsTheSourcesUp() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(3);
    Iterator<Integer> sources = IntStream.generate(asked::incrementAndGet).iterator();
    Reader<Integer, Integer> reader =
        i -> {
          full.countDown();
          return i;
        };
    try (ReadAhead<Integer, Integer> ahead =
        start("slow", sources, reader, new Limits(2, 3, PLENTY))) {
      full.await();
      assertThat(asked.get()).isEqualTo(3);
      assertThat(ahead.next()).contains(1);
      assertThat(asked.get()).isBetween(3, 4);
    }
  }

  @Test
  void itemsAliveTakeNoMoreMemoryThanAllowed() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Reader<Integer, Integer> counting =
        i -> {
          most.accumulateAndGet(begun.incrementAndGet() - taken.get(), Math::max);
          return i;
        };
    try (ReadAhead<Integer, Integer> ahead =
        ReadAhead.start("memory", numbers(100), counting, _ -> 60, new Limits(3, 50, 200))) {
      while (ahead.next().isPresent()) {
        taken.incrementAndGet();
      }
    }
    // Three of 60 bytes, and the one just handed over.
    assertThat(most.get()).isLessThanOrEqualTo(3 + 1);
    assertThat(begun.get()).isEqualTo(100);
  }

  @Test
  void anItemLargerThanAllMemoryIsReadAlone() throws Exception {
    try (ReadAhead<Integer, Integer> ahead =
        ReadAhead.start("large", numbers(9), i -> i, _ -> 1000, new Limits(3, 50, 10))) {
      assertThat(rest(ahead)).hasSize(9);
    }
  }

  @Test
  void anItemThatCannotBeReadFailsInItsPlace() throws Exception {
    Reader<Integer, Integer> reader =
        i -> {
          if (i == 2) {
            throw new IOException("picture 2 is broken");
          }
          return i;
        };
    try (ReadAhead<Integer, Integer> ahead =
        start("broken", numbers(4), reader, new Limits(3, 4, PLENTY))) {
      assertThat(ahead.next()).contains(0);
      assertThat(ahead.next()).contains(1);
      assertThatThrownBy(ahead::next).isInstanceOf(IOException.class).hasMessageContaining("2");
      assertThat(ahead.next()).contains(3);
      assertThat(ahead.next()).isEmpty();
    }
  }

  @Test
  void faultsAndErrorsOfAReaderArriveAsTheyAre() {
    for (Throwable thrown :
        List.of(new ArrayIndexOutOfBoundsException(7), new OutOfMemoryError("too large"))) {
      Reader<Integer, Integer> reader =
          _ -> {
            if (thrown instanceof Error error) {
              throw error;
            }
            throw (RuntimeException) thrown;
          };
      try (ReadAhead<Integer, Integer> ahead =
          start("fault", numbers(1), reader, new Limits(1, 1, PLENTY))) {
        assertThatThrownBy(ahead::next).isSameAs(thrown);
      }
    }
  }

  @Test
  void aFailureOfTheSourcesComesAfterTheirItemsAndIsNotTakenForTheEnd() throws Exception {
    Iterator<Integer> sources =
        IntStream.range(0, 3)
            .map(i -> {
              if (i == 2) {
                throw new IllegalStateException("the list broke");
              }
              return i;
            })
            .iterator();
    try (ReadAhead<Integer, Integer> ahead =
        start("list", sources, i -> i, new Limits(2, 9, PLENTY))) {
      assertThat(ahead.next()).contains(0);
      assertThat(ahead.next()).contains(1);
      assertThatThrownBy(ahead::next).hasMessage("the list broke");
    }
  }

  @Test
  void closingEarlyEndsAllThreads() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    Reader<Integer, Integer> hanging =
        i -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return i;
        };
    ReadAhead<Integer, Integer> ahead =
        start("early", numbers(9), hanging, new Limits(2, 4, PLENTY));
    begun.await();
    ahead.close();
    ahead.close();
    awaitEndOfThreads("early");
    assertThatThrownBy(ahead::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void threadsEndWithTheLastItemEvenIfNobodyCloses() throws Exception {
    @SuppressWarnings("resource") // That is the test.
    ReadAhead<Integer, Integer> ahead =
        start("unclosed", numbers(5), i -> i, new Limits(2, 4, PLENTY));
    assertThat(rest(ahead)).hasSize(5);
    awaitEndOfThreads("unclosed");
  }

  @Test
  void closingWakesAWaitingConsumer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Reader<Integer, Integer> hanging =
        i -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return i;
        };
    ReadAhead<Integer, Integer> ahead =
        start("woken", numbers(2), hanging, new Limits(1, 2, PLENTY));
    AtomicInteger closed = new AtomicInteger();
    Thread consumer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                ahead.next();
              } catch (IllegalStateException e) {
                closed.incrementAndGet();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    begun.await();
    ahead.close();
    consumer.join();
    assertThat(closed.get()).isEqualTo(1);
  }

  @Test
  void anInterruptedConsumerLosesNothing() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Reader<Integer, Integer> waiting =
        i -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return i;
        };
    try (ReadAhead<Integer, Integer> ahead =
        start("interrupted", numbers(3), waiting, new Limits(1, 2, PLENTY))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(ahead::next).isInstanceOf(InterruptedException.class);
      go.countDown();
      assertThat(rest(ahead)).containsExactly(0, 1, 2);
    }
  }

  @Test
  void aSourceThatHangsHoldsNobodyUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Iterator<Integer> hanging =
        IntStream.iterate(0, i -> i + 1)
            .peek(i -> {
              if (i == 1) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            })
            .iterator();
    try (ReadAhead<Integer, Integer> ahead =
        start("hanging", hanging, i -> i, new Limits(1, 4, PLENTY))) {
      assertThat(ahead.next()).contains(0);
      assertThat(ahead.isNextComing()).isFalse();
    }
    awaitEndOfThreads("hanging");
  }

  @Test
  void limitsBelowOneAreRefused() {
    assertThatThrownBy(() -> new Limits(0, 1, 1)).hasMessageContaining("0, 1 and 1");
  }
}
