package org.resnext4j.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnext4j.engine.graph.Shape;

@Timeout(20)
class BatcherTest {

  private static final Duration LONG = Duration.ofSeconds(15);

  private final List<String> ran = java.util.Collections.synchronizedList(new ArrayList<>());
  private final List<Batcher> batchers = new ArrayList<>();

  /** Adds one to its single input, and waits at a gate while that is shut. */
  private static final class Gated implements Network {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch gate;

    Gated(boolean open) {
      gate = new CountDownLatch(open ? 0 : 1);
    }

    @Override
    public Shape input() {
      return new Shape(1, 1, 1, 1);
    }

    @Override
    public int classes() {
      return 1;
    }

    @Override
    public Shape features() {
      return input();
    }

    @Override
    public void run(float[] images, int count, float[] logits, float[] features) {
      entered.countDown();
      try {
        assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < count; i++) {
        if (images[i] < 0) {
          throw new IllegalStateException("negative");
        }
        logits[i] = images[i] + 1;
      }
      System.arraycopy(images, 0, features, 0, features.length);
    }

    @Override
    public float[] evidence(float[] features, int picture, int classIndex) {
      return new float[] {features[picture]};
    }

    @Override
    public void close() {}
  }

  private Batcher batcher(int maxBatch, Duration maxDelay, int queue) {
    Batcher batcher =
        new Batcher(
            new Batcher.Policy(maxBatch, maxDelay, queue),
            (lane, pictures, _) -> ran.add(lane + ":" + pictures));
    batchers.add(batcher);
    return batcher;
  }

  @AfterEach
  void closeBatchers() {
    batchers.forEach(Batcher::close);
  }

  private static CompletableFuture<Batcher.Answer> submit(Batcher.Lane lane, float... images) {
    return lane.enter().submit(images, images.length, false, LONG);
  }

  @Test
  void requestsThatWaitTogetherRunTogetherAndGetTheirOwnAnswers() throws Exception {
    Gated network = new Gated(false);
    Batcher.Lane lane = batcher(8, Duration.ZERO, 64).open("a", network);
    CompletableFuture<Batcher.Answer> first = submit(lane, 100);
    network.entered.await();
    List<CompletableFuture<Batcher.Answer>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(submit(lane, i, 10 * i));
    }
    network.gate.countDown();
    assertThat(first.get().logits()).containsExactly(101);
    for (int i = 0; i < 3; i++) {
      assertThat(others.get(i).get().logits()).containsExactly(i + 1, 10 * i + 1);
      assertThat(others.get(i).get().batch()).isEqualTo(6);
    }
    assertThat(ran).containsExactly("a:1", "a:6");
  }

  @Test
  void requestLargerThanABatchIsRunInParts() throws Exception {
    Batcher.Lane lane = batcher(4, Duration.ZERO, 64).open("a", new Gated(true));
    float[] images = new float[11];
    for (int i = 0; i < images.length; i++) {
      images[i] = i;
    }
    float[] logits = submit(lane, images).get().logits();
    for (int i = 0; i < images.length; i++) {
      assertThat(logits[i]).isEqualTo(i + 1);
    }
    assertThat(ran).containsExactly("a:4", "a:4", "a:3");
  }

  @Test
  void loneRequestDoesNotWaitForCompanyThatWillNotCome() throws Exception {
    Batcher.Lane lane = batcher(8, Duration.ofSeconds(10), 64).open("a", new Gated(true));
    assertThat(submit(lane, 1).get(5, TimeUnit.SECONDS).logits()).containsExactly(2);
  }

  @Test
  void requestWaitsForAnotherThatIsBeingPrepared() throws Exception {
    Batcher.Lane lane = batcher(2, Duration.ofSeconds(10), 64).open("a", new Gated(true));
    Batcher.Visit coming = lane.enter();
    coming.prepare();
    CompletableFuture<Batcher.Answer> first = submit(lane, 1);
    assertThatThrownBy(() -> first.get(100, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    CompletableFuture<Batcher.Answer> second = coming.submit(new float[] {5}, 1, false, LONG);
    assertThat(first.get().logits()).containsExactly(2);
    assertThat(second.get().logits()).containsExactly(6);
    assertThat(ran).containsExactly("a:2");
  }

  @Test
  void requestWaitsNoLongerThanTheDelay() throws Exception {
    Batcher.Lane lane = batcher(2, Duration.ofMillis(50), 64).open("a", new Gated(true));
    lane.enter().prepare();
    Batcher.Answer answer = submit(lane, 1).get(5, TimeUnit.SECONDS);
    assertThat(answer.batch()).isEqualTo(1);
    assertThat(answer.queued()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
  }

  @Test
  void fullQueueRefusesAndSaysWhenToComeBack() throws Exception {
    Gated network = new Gated(false);
    Batcher.Lane lane = batcher(2, Duration.ZERO, 4).open("a", network);
    CompletableFuture<Batcher.Answer> running = submit(lane, 0);
    network.entered.await();
    CompletableFuture<Batcher.Answer> waiting = submit(lane, 1, 2, 3);
    assertThatThrownBy(() -> submit(lane, 4, 5))
        .isInstanceOfSatisfying(
            OverloadedException.class,
            e -> assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)))
        .hasMessageContaining("queue of 4 pictures is full");
    network.gate.countDown();
    assertThat(running.get().logits()).containsExactly(1);
    assertThat(waiting.get().logits()).containsExactly(2, 3, 4);
  }

  @Test
  void moreVisitorsThanTheQueueHoldsAreRefusedAtTheDoor() {
    Batcher.Lane lane = batcher(2, Duration.ZERO, 2).open("a", new Gated(true));
    Batcher.Visit first = lane.enter();
    lane.enter();
    assertThatThrownBy(lane::enter).isInstanceOf(OverloadedException.class);
    first.close();
    assertThat(lane.enter()).isNotNull();
  }

  @Test
  void cancelledRequestIsNeverRun() throws Exception {
    Gated network = new Gated(false);
    Batcher.Lane lane = batcher(4, Duration.ZERO, 8).open("a", network);
    CompletableFuture<Batcher.Answer> running = submit(lane, 0);
    network.entered.await();
    Batcher.Visit leaving = lane.enter();
    var _ = leaving.submit(new float[] {7, 8, 9}, 3, false, LONG);
    assertThat(lane.waitingPictures()).isEqualTo(3);
    leaving.close();
    CompletableFuture<Batcher.Answer> after = submit(lane, 1);
    network.gate.countDown();
    running.get();
    assertThat(after.get().batch()).isEqualTo(1);
    assertThat(lane.waitingPictures()).isZero();
    assertThat(ran).containsExactly("a:1", "a:1");
  }

  @Test
  void expiredRequestFailsAndIsNeverRun() throws Exception {
    AtomicLong clock = new AtomicLong();
    Batcher batcher =
        new Batcher(
            new Batcher.Policy(4, Duration.ZERO, 8),
            (lane, pictures, _) -> ran.add(lane + ":" + pictures),
            clock::get);
    batchers.add(batcher);
    Gated network = new Gated(false);
    Batcher.Lane lane = batcher.open("a", network);
    CompletableFuture<Batcher.Answer> running = submit(lane, 0);
    network.entered.await();
    CompletableFuture<Batcher.Answer> late =
        lane.enter().submit(new float[] {1}, 1, false, Duration.ofMillis(10));
    clock.set(Duration.ofMillis(10).toNanos());
    CompletableFuture<Batcher.Answer> after = submit(lane, 2);
    network.gate.countDown();
    running.get();
    assertThatThrownBy(late::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(after.get().batch()).isEqualTo(1);
    assertThat(ran).containsExactly("a:1", "a:1");
  }

  @Test
  void failureOfABatchFailsItsRequestsAndNoOthers() throws Exception {
    Batcher.Lane lane = batcher(4, Duration.ZERO, 8).open("a", new Gated(true));
    assertThatThrownBy(() -> submit(lane, -1).get())
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("negative");
    assertThat(submit(lane, 1).get().logits()).containsExactly(2);
  }

  @Test
  void featuresComeToThoseWhoAskedAndOnlyThose() throws Exception {
    Gated network = new Gated(false);
    Batcher.Lane lane = batcher(4, Duration.ZERO, 8).open("a", network);
    CompletableFuture<Batcher.Answer> blocker = submit(lane, 0);
    network.entered.await();
    CompletableFuture<Batcher.Answer> without = submit(lane, 1);
    CompletableFuture<Batcher.Answer> with = lane.enter().submit(new float[] {2, 3}, 2, true, LONG);
    network.gate.countDown();
    blocker.get();
    assertThat(without.get().features()).isEmpty();
    assertThat(with.get().features()).containsExactly(2, 3);
  }

  @Test
  void busyModelDoesNotStarveAnother() throws Exception {
    Gated busy = new Gated(false);
    Batcher batcher = batcher(1, Duration.ZERO, 64);
    Batcher.Lane greedy = batcher.open("greedy", busy);
    Batcher.Lane modest = batcher.open("modest", new Gated(true));
    List<CompletableFuture<Batcher.Answer>> all = new ArrayList<>();
    all.add(submit(greedy, 0));
    busy.entered.await();
    for (int i = 0; i < 20; i++) {
      all.add(submit(greedy, i));
    }
    CompletableFuture<Batcher.Answer> answer = submit(modest, 1);
    busy.gate.countDown();
    answer.get();
    // The one that ran when the modest request came, and at most one more.
    assertThat(ran.indexOf("modest:1")).isBetween(1, 2);
    for (CompletableFuture<Batcher.Answer> each : all) {
      each.get();
    }
  }

  @Test
  void closingRunsWhatWaits() throws Exception {
    Gated network = new Gated(false);
    Batcher batcher = batcher(1, Duration.ZERO, 64);
    Batcher.Lane lane = batcher.open("a", network);
    List<CompletableFuture<Batcher.Answer>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(submit(lane, i));
    }
    network.gate.countDown();
    batcher.close();
    for (int i = 0; i < 5; i++) {
      assertThat(all.get(i).get(0, TimeUnit.SECONDS).logits()).containsExactly(i + 1);
    }
    assertThatThrownBy(() -> submit(lane, 1)).isInstanceOf(OverloadedException.class);
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new Batcher.Policy(0, Duration.ZERO, 1))
        .hasMessage("max-batch must be 1 to 1024, but was 0");
    assertThatThrownBy(() -> new Batcher.Policy(8, Duration.ZERO, 4))
        .hasMessage("queue must hold at least one batch of 8, but was 4");
    assertThatThrownBy(() -> new Batcher.Policy(8, Duration.ofSeconds(-1), 8))
        .hasMessageContaining("max-delay must be 0 to 10 s");
  }
}
