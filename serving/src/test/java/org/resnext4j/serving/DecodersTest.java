package org.resnext4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    try (Decoders decoders = new Decoders(1, 1)) {
      long start = System.nanoTime();
      assertThatThrownBy(() ->
              decoders.decode(
                  Duration.ofMillis(100),
                  () -> {
                    boolean over = false;
                    while (!over) { // As if it never came back.
                      try {
                        end.await();
                        over = true;
                      } catch (InterruptedException e) {
                        // A decoder that spins does not listen.
                      }
                    }
                    return 0;
                  }))
          .isInstanceOfSatisfying(
              RequestException.class, e -> assertThat(e.status()).isEqualTo(504));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      // One more waits, in vain; the thread is free again when the picture lets go of it.
      assertThatThrownBy(() -> decoders.decode(Duration.ofMillis(50), () -> 1))
          .isInstanceOf(RequestException.class);
      end.countDown();
      assertThat(decoders.decode(LONG, () -> 7)).isEqualTo(7);
    }
  }

  @Test
  void picturesBeyondTheQueueAreRefusedAtOnce() throws Exception {
    CountDownLatch busy = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1, 1)) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        clients.add(
            Thread.startVirtualThread(() -> {
              try {
                busy.countDown();
                decoders.decode(LONG, () -> end.await(20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
      }
      busy.await();
      assertThatThrownBy(
              () -> {
                while (true) {
                  decoders.decode(Duration.ofMillis(20), () -> 1);
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
  void aRequestThatEndsEarlyInterruptsItsDecoder() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Decoders decoders = new Decoders(1, 1)) {
      assertThatThrownBy(() ->
              decoders.decode(
                  Duration.ofMillis(50),
                  () -> {
                    try {
                      return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
                    } finally {
                      interrupted.countDown();
                    }
                  }))
          .isInstanceOf(RequestException.class);
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(decoders.decode(LONG, () -> 7)).isEqualTo(7);
    }
  }

  @Test
  void whatGoesWrongIsTheOneRequestsError() throws Exception {
    try (Decoders decoders = new Decoders(1, 1)) {
      assertThatThrownBy(() ->
              decoders.decode(
                  LONG,
                  () -> {
                    throw new ImageException("picture: the file is truncated");
                  }))
          .isInstanceOfSatisfying(
              RequestException.class, e -> assertThat(e.status()).isEqualTo(400))
          .hasMessage("picture: the file is truncated");
      assertThatThrownBy(() ->
              decoders.decode(
                  LONG,
                  () -> {
                    throw new OutOfMemoryError("as if");
                  }))
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(decoders.decode(LONG, () -> 7)).isEqualTo(7);
    }
  }
}
