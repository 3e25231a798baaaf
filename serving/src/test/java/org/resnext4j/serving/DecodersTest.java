package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnext4j.serving.batch.OverloadedException;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.vision.ImageException;

@Timeout(30)
class DecodersTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void deadlineIsKeptThoughAPictureKeepsItsThread() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1, 1, 1 << 20)) {
      long start = System.nanoTime();
      assertThatThrownBy(() ->
              decoders.decode(
                  1,
                  Duration.ofMillis(100),
                  () -> {
                    end.await(); // As if it never came back.
                    return 0;
                  }))
          .isInstanceOfSatisfying(
              RequestException.class, e -> assertThat(e.status()).isEqualTo(504));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      // One more waits, in vain; the thread is free again when the picture lets go of it.
      assertThatThrownBy(() -> decoders.decode(1, Duration.ofMillis(50), () -> 1))
          .isInstanceOf(RequestException.class);
      end.countDown();
      assertThat(decoders.decode(1, LONG, () -> 7)).isEqualTo(7);
    }
  }

  @Test
  void picturesBeyondTheQueueAreRefusedAtOnce() throws Exception {
    CountDownLatch busy = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1, 1, 1 << 20)) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        clients.add(
            Thread.startVirtualThread(() -> {
              try {
                busy.countDown();
                decoders.decode(1, LONG, () -> end.await(20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
      }
      busy.await();
      assertThatThrownBy(
              () -> {
                while (true) {
                  decoders.decode(1, Duration.ofMillis(20), () -> 1);
                }
              })
          .isInstanceOfAny(OverloadedException.class, RequestException.class);
      end.countDown();
      for (Thread client : clients) {
        client.join();
      }
    }
  }

  @Test
  void noMorePixelsAreDecodedAtOnceThanTheBoundAndALargePictureGoesAlone() throws Exception {
    AtomicInteger pixels = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Decoders decoders = new Decoders(8, 100, 100 << 10)) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        int size = i % 6 == 0 ? 500 << 10 : 40 << 10;
        clients.add(
            Thread.startVirtualThread(() -> {
              try {
                decoders.decode(
                    size,
                    LONG,
                    () -> {
                      // One that is larger than the bound counts as all of it.
                      int counted = Math.min(size, 100 << 10);
                      most.accumulateAndGet(pixels.addAndGet(counted), Math::max);
                      Thread.sleep(5);
                      pixels.addAndGet(-counted);
                      return 0;
                    });
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
      }
      for (Thread client : clients) {
        client.join();
      }
      assertThat(most.get()).isEqualTo(100 << 10);
      assertThat(pixels.get()).isZero();
    }
  }

  @Test
  void whatGoesWrongIsTheOneRequestsError() throws Exception {
    try (Decoders decoders = new Decoders(1, 1, 1 << 20)) {
      assertThatThrownBy(() ->
              decoders.decode(
                  1,
                  LONG,
                  () -> {
                    throw new ImageException("picture: the file is truncated");
                  }))
          .isInstanceOfSatisfying(
              RequestException.class, e -> assertThat(e.status()).isEqualTo(400))
          .hasMessage("picture: the file is truncated");
      assertThatThrownBy(() ->
              decoders.decode(
                  1,
                  LONG,
                  () -> {
                    throw new OutOfMemoryError("as if");
                  }))
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(decoders.decode(1, LONG, () -> 7)).isEqualTo(7);
    }
  }
}
