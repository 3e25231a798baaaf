package org.resnext4j.inference.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.Examples;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.inference.stream.BulkClassifier.Summary;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

@Timeout(30)
class BulkClassifierTest {

  private Classifier classifier;

  @BeforeEach
  void open() throws IOException {
    classifier = Classifier.builder().weights(Examples.model()).batch(4).build();
  }

  @AfterEach
  void close() {
    classifier.close();
  }

  /** A picture that takes a while, so that later ones are ready before earlier ones. */
  private static PictureSource picture(int number, int milliseconds) {
    return new PictureSource() {
      @Override
      public String name() {
        return "picture " + number;
      }

      @Override
      public Image read(ImageReader reader) throws IOException {
        try {
          Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        return Examples.picture(16, 16, number);
      }
    };
  }

  private static String source(Prediction prediction) {
    return prediction.source();
  }

  @Test
  void resultsComeInOrderOneForEachPicture() throws Exception {
    List<PictureSource> sources = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sources.add(
          i % 7 == 3 ? PictureSource.missing("picture " + i, "gone") : picture(i, (i * 5) % 13));
    }
    List<Prediction> results = new ArrayList<>();
    Summary summary =
        new BulkClassifier(classifier, 3, false, false).run(sources.iterator(), results::add);
    assertThat(results.stream().map(BulkClassifierTest::source))
        .containsExactlyElementsOf(IntStream.range(0, 60).mapToObj(i -> "picture " + i).toList());
    assertThat(summary).isEqualTo(new Summary(51, 9));
    for (int i = 0; i < 60; i++) {
      switch (results.get(i)) {
        case Failed failed -> {
          assertThat(i % 7).isEqualTo(3);
          assertThat(failed.reason()).isEqualTo("gone");
        }
        case Answered answered ->
            assertThat(answered.classification().best().index())
                .isEqualTo(classifier.classify(Examples.picture(16, 16, i)).best().index());
      }
    }
  }

  @Test
  void nothingGivesNothing() throws Exception {
    Iterator<PictureSource> none = List.<PictureSource>of().iterator();
    assertThat(BulkClassifier.of(classifier).run(none, _ -> {})).isEqualTo(new Summary(0, 0));
  }

  @Test
  void aBadPictureStopsTheRunWhereThatIsWanted() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Iterator<PictureSource> endless =
        IntStream.iterate(0, i -> i + 1)
            .mapToObj(i -> {
              asked.incrementAndGet();
              return i == 5 ? PictureSource.missing("bad", "broken") : picture(i, 0);
            })
            .iterator();
    List<Prediction> results = new ArrayList<>();
    Summary summary = new BulkClassifier(classifier, 2, false, true).run(endless, results::add);
    assertThat(summary).isEqualTo(new Summary(5, 1));
    assertThat(results.getLast()).isEqualTo(new Failed("bad", "broken"));
    assertThat(asked.get()).isLessThan(60);
  }

  @Test
  void aFaultOfADecoderIsThatPicturesAlone() throws Exception {
    PictureSource faulty =
        new PictureSource() {
          @Override
          public String name() {
            return "faulty";
          }

          @Override
          public Image read(ImageReader reader) {
            throw new ArrayIndexOutOfBoundsException(7);
          }
        };
    List<Prediction> results = new ArrayList<>();
    BulkClassifier.of(classifier)
        .run(List.of(picture(0, 0), faulty, picture(2, 0)).iterator(), results::add);
    assertThat(results).hasSize(3);
    assertThat(results.get(1))
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> assertThat(failed.reason()).contains("ArrayIndexOutOfBoundsException"));
  }

  @Test
  void aFailureOfTheListItselfIsNotTakenForItsEnd() {
    Iterator<PictureSource> breaking =
        IntStream.range(0, 3)
            .mapToObj(i -> {
              if (i == 2) {
                throw new IllegalStateException("the stream broke");
              }
              return picture(i, 0);
            })
            .iterator();
    List<Prediction> results = new ArrayList<>();
    assertThatThrownBy(() -> BulkClassifier.of(classifier).run(breaking, results::add))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the stream broke");
    assertThat(results).hasSize(2);
  }

  @Test
  void explanationsComeWithTheirPictures() throws Exception {
    List<Prediction> results = new ArrayList<>();
    new BulkClassifier(classifier, 2, true, false)
        .run(List.of(picture(0, 0), picture(1, 0)).iterator(), results::add);
    assertThat(results)
        .allSatisfy(result -> {
          Answered answered = (Answered) result;
          assertThat(answered.explanation()).isPresent();
          assertThat(answered.explanation().get().map().label())
              .isEqualTo(answered.classification().best());
          assertThat(answered.explanation().get().picture().width()).isEqualTo(16);
        });
  }

  @Test
  void aSlowStreamIsAnsweredPictureByPicture(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.png");
    Files.write(file, HeatMap.encode(Examples.picture(16, 16, 1)));
    BlockingQueue<Prediction> results = new LinkedBlockingQueue<>();
    PipedOutputStream typed = new PipedOutputStream();
    PipedInputStream input = new PipedInputStream(typed);
    Thread runner =
        Thread.ofVirtual()
            .start(() -> {
              try {
                BulkClassifier.of(classifier).run(PictureSources.read(input), results::add);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try (typed) {
      for (int i = 0; i < 2; i++) {
        typed.write((file + "\n").getBytes(StandardCharsets.UTF_8));
        typed.flush();
        // Fewer pictures than a batch, and the stream still open: the answer comes all the same.
        assertThat(results.poll(10, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
      }
    }
    runner.join();
    assertThat(results).isEmpty();
  }

  @Test
  void messagesDoNotRepeatTheName(@TempDir Path folder) throws Exception {
    Path text = folder.resolve("text.jpg");
    Files.writeString(text, "not a picture");
    Map<String, PictureSource> sources =
        Map.of(
            "text", PictureSource.of(text),
            "absent", PictureSource.of(folder.resolve("absent.jpg")),
            "folder", PictureSource.of(folder));
    sources.forEach((what, source) -> {
      List<Prediction> results = new ArrayList<>();
      try {
        BulkClassifier.of(classifier).run(List.of(source).iterator(), results::add);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      assertThat(results).as(what).hasSize(1);
      assertThat(((Failed) results.getFirst()).reason())
          .as(what)
          .isNotBlank()
          .doesNotContain(folder.toString());
    });
  }
}
