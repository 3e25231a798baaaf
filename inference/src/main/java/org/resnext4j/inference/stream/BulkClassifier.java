package org.resnext4j.inference.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Explanation;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.data.ReadAhead;

/**
 * Classifies any number of pictures. Threads read, decode and prepare pictures ahead while the
 * network computes batches. There is one result for each picture, in the order of the pictures; a
 * picture that cannot be read gives a {@link Failed} with the reason in its place. Results can be
 * pushed ({@link #run}) or pulled ({@link #predictions}).
 *
 * @param classifier computes the answers; it stays open
 * @param decoders number of threads that decode
 * @param explain whether results carry the evidence for their most probable class
 * @param stopAtFailure whether the results end with the first picture that cannot be read
 */
public record BulkClassifier(
    Classifier classifier, int decoders, boolean explain, boolean stopAtFailure) {

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if it is not 1 to 256
   */
  public BulkClassifier {
    if (decoders < 1 || decoders > 256) {
      throw new IllegalArgumentException("decoders must be 1 to 256, but were " + decoders);
    }
  }

  /** Decodes on as many threads as there are processors, without explanations or early end. */
  public static BulkClassifier of(Classifier classifier) {
    return new BulkClassifier(classifier, Runtime.getRuntime().availableProcessors(), false, false);
  }

  /**
   * Counts of a run.
   *
   * @param answered number of pictures that were classified
   * @param failed number of pictures that could not be read
   */
  public record Summary(long answered, long failed) {}

  /** A picture, ready for the network. */
  sealed interface Prepared {

    /** Memory of the decoded picture, where it is kept for an explanation. */
    default long pictureBytes() {
      return switch (this) {
        case Ready ready -> ready.picture().map(picture -> picture.rgb().length).orElse(0);
        case Unreadable _ -> 0;
      };
    }

    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Ready(String source, float[] numbers, HeatMap.Region region, Optional<Image> picture)
        implements Prepared {}

    record Unreadable(String source, String reason) implements Prepared {}
  }

  /**
   * Classifies pictures and pushes the results.
   *
   * @param sources asked for the next one on a thread of its own, a little ahead
   * @param results takes each result, on this thread
   * @throws InterruptedException if this thread is interrupted; the results so far are complete
   */
  public Summary run(Iterator<? extends PictureSource> sources, Consumer<Prediction> results)
      throws InterruptedException {
    long answered = 0;
    long failed = 0;
    try (Predictions predictions = predictions(sources)) {
      for (Optional<Prediction> next = predictions.pull();
          next.isPresent();
          next = predictions.pull()) {
        switch (next.get()) {
          case Answered _ -> answered++;
          case Failed _ -> failed++;
        }
        results.accept(next.get());
      }
    }
    return new Summary(answered, failed);
  }

  /**
   * Classifies pictures as their results are pulled. Pictures are decoded ahead and computed in
   * batches; whoever stops pulling stops the reading.
   *
   * {@snippet :
   * try (Predictions predictions = BulkClassifier.of(classifier).predictions(sources)) {
   *   while (predictions.hasNext()) {
   *     Prediction prediction = predictions.next();
   *   }
   * }
   * }
   *
   * @param sources asked for the next one on a thread of its own, a little ahead
   * @return the results, to be closed
   */
  public Predictions predictions(Iterator<? extends PictureSource> sources) {
    long numbers = (long) classifier.preprocessing().elements() * Float.BYTES;
    ReadAhead<PictureSource, Prepared> pictures =
        ReadAhead.start(
            "prediction",
            sources,
            this::prepare,
            prepared -> numbers + prepared.pictureBytes(),
            ReadAhead.Limits.of(decoders, 2 * classifier.batch() + decoders));
    return new Predictions(this, pictures);
  }

  private Prepared prepare(PictureSource source) {
    try {
      return ready(source);
    } catch (OutOfMemoryError e) {
      return new Prepared.Unreadable(source.name(), "the heap is too small to decode it");
    } catch (IOException e) {
      return new Prepared.Unreadable(source.name(), reason(source.name(), e));
    } catch (RuntimeException e) {
      // A decoder's own fault on a hostile file must not end the run either.
      return new Prepared.Unreadable(source.name(), "it could not be decoded (%s)".formatted(e));
    }
  }

  private Prepared ready(PictureSource source) throws IOException {
    Image picture = source.read(classifier.reader());
    return new Prepared.Ready(
        source.name(),
        classifier.prepare(picture),
        HeatMap.Region.of(picture, classifier.preprocessing()),
        explain ? Optional.of(picture) : Optional.empty());
  }

  private static String reason(String name, IOException failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message;
  }

  /** Computes a batch; results come in the order of its pictures. */
  List<Prediction> compute(List<Prepared> batch) {
    List<Prepared.Ready> ready =
        batch.stream()
            .filter(Prepared.Ready.class::isInstance)
            .map(Prepared.Ready.class::cast)
            .toList();
    Iterator<Answered> answers = ready.isEmpty() ? List.<Answered>of().iterator() : answer(ready);
    return batch.stream()
        .<Prediction>map(prepared ->
            switch (prepared) {
              case Prepared.Ready _ -> answers.next();
              case Prepared.Unreadable unreadable ->
                  new Failed(unreadable.source(), unreadable.reason());
            })
        .toList();
  }

  private Iterator<Answered> answer(List<Prepared.Ready> ready) {
    List<float[]> numbers = ready.stream().map(Prepared.Ready::numbers).toList();
    List<Answered> answers = new ArrayList<>();
    if (explain) {
      List<Classifier.Explained> explained =
          classifier.explain(numbers, ready.stream().map(Prepared.Ready::region).toList());
      for (int i = 0; i < ready.size(); i++) {
        Classifier.Explained one = explained.get(i);
        answers.add(
            new Answered(
                ready.get(i).source(),
                one.classification(),
                ready.get(i).picture().map(picture -> new Explanation(picture, one.map()))));
      }
    } else {
      List<Classification> classified = classifier.classifyPrepared(numbers);
      for (int i = 0; i < ready.size(); i++) {
        answers.add(new Answered(ready.get(i).source(), classified.get(i), Optional.empty()));
      }
    }
    return answers.iterator();
  }
}
