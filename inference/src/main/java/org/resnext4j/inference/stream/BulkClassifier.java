package org.resnext4j.inference.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.inference.stream.Prediction.Answered;
import org.resnext4j.inference.stream.Prediction.Explanation;
import org.resnext4j.inference.stream.Prediction.Failed;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.PictureMemory;

/**
 * Classifies any number of pictures: some threads read, decode and prepare ahead while the network
 * computes, in batches. Results come in the order of the pictures, one for each; a picture that
 * cannot be read gives a {@link Failed} in its place.
 *
 * @param classifier what classifies; it stays open
 * @param decoders threads that decode
 * @param explain whether results carry the evidence for their most probable class
 * @param stopAtFailure whether the first picture that cannot be read is the last one looked at
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

  /** One that decodes on as many threads as there are processors, explains nothing, goes on. */
  public static BulkClassifier of(Classifier classifier) {
    return new BulkClassifier(classifier, Runtime.getRuntime().availableProcessors(), false, false);
  }

  /**
   * How it went.
   *
   * @param answered pictures that were classified
   * @param failed pictures that could not be read
   */
  public record Summary(long answered, long failed) {}

  /** A picture, ready for the network. */
  private sealed interface Prepared {
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Ready(String source, float[] numbers, HeatMap.Region region, Optional<Image> picture)
        implements Prepared {}

    record Unreadable(String source, String reason) implements Prepared {}
  }

  /** What the feeder hands over: a picture under preparation, or how the sources ended. */
  private sealed interface Fed {
    record Picture(Future<Prepared> prepared) implements Fed {}

    record End(Optional<RuntimeException> failure) implements Fed {}
  }

  /**
   * Classifies pictures.
   *
   * @param sources asked for the next one on a thread of its own, a little ahead
   * @param results takes each result, on this thread
   * @throws InterruptedException if this thread is interrupted; the results so far are complete
   */
  public Summary run(Iterator<? extends PictureSource> sources, Consumer<Prediction> results)
      throws InterruptedException {
    BlockingQueue<Fed> queue = new ArrayBlockingQueue<>(2 * classifier.batch() + decoders);
    ExecutorService pool =
        Executors.newFixedThreadPool(
            decoders, Thread.ofPlatform().daemon().name("decoder-", 0).factory());
    // Not of the pool, and not waited for: it may hang in a read from the standard input.
    Thread feeder =
        Thread.ofPlatform().daemon().name("feeder").start(() -> feed(sources, pool, queue));
    try {
      return consume(queue, results);
    } finally {
      feeder.interrupt();
      pool.shutdownNow();
    }
  }

  private void feed(
      Iterator<? extends PictureSource> sources, ExecutorService pool, BlockingQueue<Fed> queue) {
    try {
      Optional<RuntimeException> failure = Optional.empty();
      try {
        while (sources.hasNext()) {
          PictureSource source = sources.next();
          queue.put(new Fed.Picture(pool.submit(() -> prepare(source))));
        }
      } catch (RuntimeException e) {
        failure = Optional.of(e);
      }
      queue.put(new Fed.End(failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody wants more.
    }
  }

  private Prepared prepare(PictureSource source) {
    try {
      return PictureMemory.during(() -> ready(source));
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

  private Summary consume(BlockingQueue<Fed> queue, Consumer<Prediction> results)
      throws InterruptedException {
    Tally tally = new Tally(results);
    while (true) {
      List<Prepared> batch = new ArrayList<>();
      // Wait for one picture, then take those that follow closely: a slow stream is not held up.
      Fed next = queue.take();
      while (next instanceof Fed.Picture picture) {
        batch.add(await(picture.prepared()));
        next = batch.size() < classifier.batch() ? queue.poll() : null;
      }
      for (Prediction prediction : compute(batch)) {
        tally.add(prediction);
        if (stopAtFailure && prediction instanceof Failed) {
          return tally.summary();
        }
      }
      if (next instanceof Fed.End end) {
        end.failure()
            .ifPresent(failure -> {
              throw failure;
            });
        return tally.summary();
      }
    }
  }

  private static Prepared await(Future<Prepared> prepared) throws InterruptedException {
    try {
      return prepared.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (CancellationException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Prediction> compute(List<Prepared> batch) {
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

  /** Hands results on and counts them. */
  private static final class Tally {
    private final Consumer<Prediction> results;
    private long answered;
    private long failed;

    Tally(Consumer<Prediction> results) {
      this.results = results;
    }

    void add(Prediction prediction) {
      switch (prediction) {
        case Answered _ -> answered++;
        case Failed _ -> failed++;
      }
      results.accept(prediction);
    }

    Summary summary() {
      return new Summary(answered, failed);
    }
  }
}
