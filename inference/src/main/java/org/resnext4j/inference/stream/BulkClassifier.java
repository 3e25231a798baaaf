package org.resnext4j.inference.stream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Explanation;
import org.resnext4j.inference.stream.Prediction.Failed;

/**
 * Classifies any number of pictures. Threads read, decode and prepare pictures ahead while the
 * network computes batches. There is one result for each picture, in the order of the pictures; a
 * picture that cannot be read gives a {@link Failed} with the reason in its place. Results can be
 * pushed ({@link #run}) or pulled ({@link #predictions}).
 *
 * @param classifier computes the answers; it stays open
 * @param decoders number of threads that decode
 * @param explain whether results carry the evidence for their most probable class
 * @param stopAtFailure whether the results end with the first failed picture
 */
public record BulkClassifier(
    Classifier classifier, int decoders, boolean explain, boolean stopAtFailure) {

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if it is not 1 to 256
   */
  public BulkClassifier {
    requireDecoders(decoders);
  }

  static void requireDecoders(int decoders) {
    if (decoders < 1 || decoders > 256) {
      throw new IllegalArgumentException("decoders must be 1 to 256, but were " + decoders);
    }
  }

  /** One decoding thread for each processor, without explanations and early end. */
  public static BulkClassifier of(Classifier classifier) {
    return new BulkClassifier(classifier, Runtime.getRuntime().availableProcessors(), false, false);
  }

  /**
   * Counts of a run.
   *
   * @param answered number of pictures that were classified
   * @param failed number of pictures that could not be read or had no finite answer
   */
  public record Summary(long answered, long failed) {}

  /**
   * Classifies pictures and pushes the results.
   *
   * @param sources the pictures; another thread reads the iterator ahead
   * @param results receives each result on this thread
   * @throws InterruptedException if this thread is interrupted; the results so far are complete
   */
  public Summary run(Iterator<? extends PictureSource> sources, Consumer<Prediction> results)
      throws InterruptedException {
    long answered = 0;
    long failed = 0;
    try (PictureResults<Prediction> predictions = predictions(sources)) {
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
   * Classifies pictures when somebody pulls their results. Other threads decode ahead; they stop
   * when nobody pulls.
   *
   * {@snippet :
   * try (PictureResults<Prediction> predictions = BulkClassifier.of(classifier).predictions(sources)) {
   *   while (predictions.hasNext()) {
   *     Prediction prediction = predictions.next();
   *   }
   * }
   * }
   *
   * @param sources the pictures; another thread reads the iterator ahead
   * @return the results, which the caller closes
   */
  public PictureResults<Prediction> predictions(Iterator<? extends PictureSource> sources) {
    return new PictureResults<>(
        Prepared.ahead("prediction", classifier, decoders, explain, sources),
        classifier.batch(),
        this::compute,
        prediction -> stopAtFailure && prediction instanceof Failed);
  }

  private List<Prediction> compute(List<Prepared> batch) {
    return Prepared.results(
        batch, this::answer, unreadable -> new Failed(unreadable.source(), unreadable.reason()));
  }

  private List<Answered> answer(List<Prepared.Ready> ready) {
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
    return answers;
  }
}
