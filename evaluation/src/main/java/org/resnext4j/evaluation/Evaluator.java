package org.resnext4j.evaluation;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.resnext4j.evaluation.Evaluation.Failure;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.metrics.Throughput;

/**
 * Shows every picture of a data set to a network and counts what it says.
 *
 * <p>Pictures are read and decoded some batches ahead on threads of their own; the network runs on
 * the calling thread. Results do not depend on the batch size or the number of threads beyond what
 * the network's own rounding does, and never on their timing.
 */
public final class Evaluator {

  private static final int BATCHES_AHEAD = 2;

  private final Scorer network;
  private final Labels outputs;
  private final Protocol protocol;
  private final EvaluationOptions options;

  /**
   * An evaluator.
   *
   * @param network what is evaluated
   * @param outputs what its outputs are
   * @param protocol how pictures are shown to it
   * @param options how it runs
   */
  public Evaluator(Scorer network, Labels outputs, Protocol protocol, EvaluationOptions options) {
    this.network = network;
    this.outputs = outputs;
    this.protocol = protocol;
    this.options = options;
  }

  /** Pictures on their way: the numbers the network will see, and what became of each. */
  @SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
  private record Batch(
      List<Picture> pictures, float[] images, List<Future<Optional<Failure>>> readings) {}

  /**
   * Evaluates a data set.
   *
   * @throws IllegalArgumentException if the network has no output for a class of the data set
   * @throws InterruptedException if the thread is interrupted
   */
  public Evaluation evaluate(EvaluationSet set) throws InterruptedException {
    int count = Math.min(set.pictures().size(), options.limit().orElse(Integer.MAX_VALUE));
    List<ViewCount> views =
        set.views().stream().map(view -> new ViewCount(set, view, outputs)).toList();
    List<Failure> failures = new ArrayList<>();
    SequencedMap<String, Integer> predictions = new LinkedHashMap<>();
    int perBatch = Math.max(1, options.batch() / protocol.crops());
    int labelled = 0;
    int done = 0;
    long waited = 0;
    long start = System.nanoTime();
    try (ExecutorService readers =
        Executors.newFixedThreadPool(
            options.readers(), Thread.ofPlatform().name("reader-", 0).daemon().factory())) {
      try {
        Deque<Batch> ahead = new ArrayDeque<>();
        int next = 0;
        while (done < count) {
          while (next < count && ahead.size() <= BATCHES_AHEAD) {
            ahead.add(read(set, count, next, Math.min(count, next + perBatch), readers));
            next = Math.min(count, next + perBatch);
          }
          Batch batch = ahead.remove();
          long before = System.nanoTime();
          List<Optional<Failure>> read = await(batch);
          waited += System.nanoTime() - before;
          float[] logits =
              network.logits(batch.images(), batch.pictures().size() * protocol.crops());
          for (int i = 0; i < batch.pictures().size(); i++) {
            Picture picture = batch.pictures().get(i);
            if (read.get(i).isPresent()) {
              failures.add(read.get(i).get());
              continue;
            }
            float[] answer = average(logits, i);
            predictions.put(picture.name(), views.getFirst().predict(answer));
            if (!picture.labels().isEmpty()) {
              labelled++;
              views.forEach(view -> view.add(picture, answer));
            }
          }
          done += batch.pictures().size();
          options.progress().update(done, count, views.getFirst().accuracy());
        }
      } finally {
        readers.shutdownNow();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Absence> skipped = new ArrayList<>(set.absent());
    if (count < set.pictures().size()) {
      skipped.add(new Absence("left out by --limit " + count, set.pictures().size() - count));
    }
    String setting =
        protocol.setting()
            + (options.alterationName().isEmpty() ? "" : ", " + options.alterationName());
    return new Evaluation(
        set.name(),
        set.size(),
        count - failures.size(),
        labelled,
        skipped,
        failures,
        views.stream().map(view -> view.result(setting)).toList(),
        new Throughput(count - failures.size(), seconds, waited / 1e9),
        predictions);
  }

  private Batch read(EvaluationSet set, int count, int from, int to, ExecutorService readers) {
    List<Picture> pictures = new ArrayList<>();
    int elements = protocol.preprocessing().elements() * protocol.crops();
    float[] images = new float[Math.multiplyExact(to - from, elements)];
    List<Future<Optional<Failure>>> readings = new ArrayList<>();
    for (int i = from; i < to; i++) {
      // Evenly spread: data sets are sorted by class, so the first ones would be of one class.
      int index = (int) ((long) i * set.pictures().size() / count);
      Picture picture = set.pictures().get(index);
      int offset = (i - from) * elements;
      pictures.add(picture);
      readings.add(readers.submit(() -> read(picture, index, images, offset)));
    }
    return new Batch(pictures, images, readings);
  }

  private Optional<Failure> read(Picture picture, int index, float[] images, int offset) {
    try {
      protocol.apply(picture.source().read(), options.alteration().apply(index), images, offset);
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      // A decoder's own fault on a hostile file must not end the run either.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return Optional.of(new Failure(picture.name(), reason));
    }
  }

  private static List<Optional<Failure>> await(Batch batch) throws InterruptedException {
    List<Optional<Failure>> read = new ArrayList<>();
    for (Future<Optional<Failure>> reading : batch.readings()) {
      try {
        read.add(reading.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("reading a picture failed", e.getCause());
      }
    }
    return read;
  }

  /** The mean of the logits of a picture's crops. */
  private float[] average(float[] logits, int picture) {
    int crops = protocol.crops();
    float[] mean = new float[outputs.size()];
    for (int crop = 0; crop < crops; crop++) {
      int offset = (picture * crops + crop) * mean.length;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += logits[offset + i] / crops;
      }
    }
    return mean;
  }
}
