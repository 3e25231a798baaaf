package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.Examples;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

/** Results of a stream of pictures that are pulled. */
@Timeout(30)
final class PictureResultsTest {

  private static Classifier classifier;

  @BeforeAll
  static void open() throws IOException {
    classifier = Classifier.builder().weights(Examples.model()).batch(4).build();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static PictureSource picture(int number, CountDownLatch go) {
    return new PictureSource() {
      @Override
      public String name() {
        return "picture " + number;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        try {
          go.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        return Examples.picture(16, 16, number);
      }
    };
  }

  private static PictureSource picture(int number) {
    return number % 7 == 3
        ? PictureSource.missing("picture " + number, "gone")
        : picture(number, new CountDownLatch(0));
  }

  private static Iterator<PictureSource> pictures(int count) {
    return IntStream.range(0, count).mapToObj(PictureResultsTest::picture).iterator();
  }

  private static BulkClassifier bulk(boolean stopAtFailure) {
    return new BulkClassifier(classifier, 3, false, stopAtFailure);
  }

  @Test
  void resultsArePulledInOrderWithTheReasonOfABadPicture() {
    try (PictureResults<Prediction> predictions = bulk(false).predictions(pictures(30))) {
      for (int i = 0; i < 30; i++) {
        assertThat(predictions.hasNext()).isTrue();
        assertThat(predictions.hasNext()).isTrue();
        Prediction prediction = predictions.next();
        assertThat(prediction.source()).isEqualTo("picture " + i);
        switch (prediction) {
          case Failed failed -> assertThat(failed.reason()).isEqualTo("gone");
          case Answered answered ->
              assertThat(answered.classification().logits())
                  .isEqualTo(classifier.classify(Examples.picture(16, 16, i)).logits());
        }
      }
      assertThat(predictions.hasNext()).isFalse();
      assertThatThrownBy(predictions::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void aStreamMayEndBeforeItsPicturesDo() {
    AtomicInteger asked = new AtomicInteger();
    Iterator<PictureSource> endless =
        IntStream.iterate(0, i -> i + 7)
            .mapToObj(i -> {
              asked.incrementAndGet();
              return picture(i);
            })
            .iterator();
    try (Stream<Prediction> stream = bulk(false).predictions(endless).stream()) {
      assertThat(stream.limit(10).map(Prediction::source))
          .containsExactlyElementsOf(
              IntStream.range(0, 10).mapToObj(i -> "picture " + 7 * i).toList());
    }
    // Ten results, what reading ahead allows (2 batches and the readers), and the batches around.
    assertThat(asked.get()).isLessThanOrEqualTo(10 + 2 * 4 + 3 + 4 + 1);
  }

  @Test
  void closingEarlyEndsTheThreads() throws Exception {
    PictureResults<Prediction> predictions = bulk(false).predictions(pictures(1000));
    assertThat(predictions.next().source()).isEqualTo("picture 0");
    predictions.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("prediction-")) {
        thread.join();
      }
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("prediction-"));
  }

  @Test
  void theFirstBadPictureIsTheLastResultWhereThatIsWanted() {
    try (PictureResults<Prediction> predictions = bulk(true).predictions(pictures(1000))) {
      for (int i = 0; i < 4; i++) {
        assertThat(predictions.next().source()).isEqualTo("picture " + i);
      }
      assertThat(predictions.hasNext()).isFalse();
    }
  }

  @Test
  void anInterruptLosesNoResult() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Iterator<PictureSource> sources = List.of(picture(0), picture(1, go), picture(2)).iterator();
    try (PictureResults<Prediction> predictions = bulk(false).predictions(sources)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(predictions::pull).isInstanceOf(InterruptedException.class);
      Thread.currentThread().interrupt();
      assertThatThrownBy(predictions::hasNext).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      go.countDown();
      for (int i = 0; i < 3; i++) {
        assertThat(predictions.pull().map(Prediction::source)).contains("picture " + i);
      }
      assertThat(predictions.pull()).isEqualTo(Optional.empty());
    }
  }
}
