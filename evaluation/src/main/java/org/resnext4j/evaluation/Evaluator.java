package org.resnext4j.evaluation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.resnext4j.evaluation.Evaluation.Failure;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.ReadAhead;
import org.resnext4j.vision.metrics.Logits;
import org.resnext4j.vision.metrics.Throughput;

/**
 * Runs a network on every picture of a data set and counts its answers.
 *
 * <p>Other threads read and decode pictures ahead of the network; the network runs on the calling
 * thread. Batch size, number of threads and timing do not change the result. Neither does a
 * division of the data set: {@link #part} evaluates some pictures, parts merge exactly, and {@link
 * #complete} creates the result of the whole.
 *
 * {@snippet :
 * Evaluation evaluation = evaluator.evaluate(set);
 * double top1 = evaluation.views().getFirst().metrics().top(1).value();
 * }
 */
public final class Evaluator {

  /** Number of batches that wait for the network. */
  private static final int BATCHES_AHEAD = 3;

  private final Scorer network;
  private final Labels outputs;
  private final Protocol protocol;
  private final EvaluationOptions options;

  /**
   * An evaluator.
   *
   * @param network computes logits
   * @param outputs names of the network's outputs
   * @param protocol preprocessing and crops of each picture
   * @param options batch size, threads, limit and progress
   */
  public Evaluator(Scorer network, Labels outputs, Protocol protocol, EvaluationOptions options) {
    this.network = network;
    this.outputs = outputs;
    this.protocol = protocol;
    this.options = options;
  }

  /** A picture after reading: its crops, or its failure. */
  private sealed interface Read {

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
    record Ready(int place, float[] crops) implements Read {}

    record Unreadable(int place, Failure failure) implements Read {}
  }

  /**
   * Evaluates a data set.
   *
   * @throws IllegalArgumentException if the network has no output for a class of the data set
   * @throws InterruptedException if the thread is interrupted
   */
  public Evaluation evaluate(EvaluationSet set) throws InterruptedException {
    long start = System.nanoTime();
    Counting counting = new Counting(set, places(set));
    EvaluationPart part = counting.run();
    return complete(
        set,
        part,
        new Throughput(
            part.predictions().size(),
            (System.nanoTime() - start) / 1e9,
            counting.waitedNanos / 1e9));
  }

  /**
   * The places of the pictures that an evaluation visits, in rising order: all places, or as many
   * as the limit allows.
   */
  public int[] places(EvaluationSet set) {
    return EvaluationOptions.places(set.pictures().size(), options.limit());
  }

  /**
   * Evaluates some pictures of a data set.
   *
   * @param places places in the data set, a subset of {@link #places(EvaluationSet)}
   * @throws IllegalArgumentException if the network has no output for a class of the data set
   * @throws InterruptedException if the thread is interrupted
   */
  public EvaluationPart part(EvaluationSet set, int[] places) throws InterruptedException {
    return new Counting(set, places).run();
  }

  /**
   * Creates the result of a data set from the counts of all its parts.
   *
   * @param merged all parts after merging
   * @param throughput number of pictures and time of the whole
   * @throws IllegalStateException if a picture is missing from the parts
   */
  public Evaluation complete(EvaluationSet set, EvaluationPart merged, Throughput throughput) {
    int[] places = places(set);
    for (int place : places) {
      if (!merged.predictions().containsKey(place) && !merged.failures().containsKey(place)) {
        throw new IllegalStateException(
            "%s: picture %d, '%s', is missing from the parts of the evaluation"
                .formatted(set.name(), place, set.pictures().get(place).name()));
      }
    }
    List<Absence> skipped = new ArrayList<>(set.absent());
    if (places.length < set.pictures().size()) {
      skipped.add(
          new Absence(
              "left out by --limit " + places.length, set.pictures().size() - places.length));
    }
    String setting =
        protocol.setting()
            + (options.alterationName().isEmpty() ? "" : ", " + options.alterationName());
    List<ViewReading> views = views(set);
    List<ViewResult> results =
        IntStream.range(0, views.size())
            .mapToObj(i -> views.get(i).result(merged.views().get(i), setting))
            .toList();
    SequencedMap<String, Integer> predictions = new LinkedHashMap<>();
    merged
        .predictions()
        .forEach((place, output) -> predictions.put(set.pictures().get(place).name(), output));
    return new Evaluation(
        set.name(),
        set.size(),
        merged.predictions().size(),
        merged.labelled(),
        skipped,
        List.copyOf(merged.failures().values()),
        results,
        throughput,
        predictions);
  }

  private List<ViewReading> views(EvaluationSet set) {
    return set.views().stream().map(view -> new ViewReading(set, view, outputs)).toList();
  }

  /** The evaluation of some pictures on this machine. */
  private final class Counting {

    private final EvaluationSet set;
    private final int[] places;
    private final List<ViewReading> views;
    private final EvaluationPart part;
    private long waitedNanos;

    Counting(EvaluationSet set, int[] places) {
      this.set = set;
      this.places = places;
      this.views = views(set);
      this.part = new EvaluationPart(views.stream().map(ViewReading::counts).toList());
    }

    EvaluationPart run() throws InterruptedException {
      int perBatch = Math.max(1, options.batch() / protocol.crops());
      int elements = protocol.preprocessing().elements() * protocol.crops();
      try (ReadAhead<Integer, Read> pictures =
          ReadAhead.start(
              "evaluation",
              Arrays.stream(places).iterator(),
              this::read,
              _ -> (long) elements * Float.BYTES,
              ReadAhead.Limits.of(options.readers(), BATCHES_AHEAD * perBatch))) {
        for (int done = 0; done < places.length; ) {
          List<Read.Ready> ready = new ArrayList<>();
          int batch = Math.min(perBatch, places.length - done);
          for (int i = 0; i < batch; i++) {
            switch (next(pictures)) {
              case Read.Ready picture -> ready.add(picture);
              case Read.Unreadable picture -> part.failed(picture.place(), picture.failure());
            }
          }
          count(ready, elements);
          done += batch;
          waitedNanos = pictures.waitedNanos();
          double right = part.views().getFirst().metrics().top(1).value();
          options.progress().update(done, places.length, right);
        }
      }
      return part;
    }

    private static Read next(ReadAhead<Integer, Read> pictures) throws InterruptedException {
      try {
        return pictures.next().orElseThrow();
      } catch (IOException e) {
        throw new IllegalStateException("a picture's failure is a value", e);
      }
    }

    private Read read(int place) {
      Picture picture = set.pictures().get(place);
      float[] crops = new float[protocol.preprocessing().elements() * protocol.crops()];
      try {
        protocol.apply(picture.source().read(), options.alteration().apply(place), crops, 0);
        return new Read.Ready(place, crops);
      } catch (OutOfMemoryError e) {
        String reason = "the heap is too small to decode it";
        return new Read.Unreadable(place, new Failure(picture.name(), reason));
      } catch (IOException | RuntimeException e) {
        // A fault of a decoder on a hostile file must not end the run.
        String reason = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
        return new Read.Unreadable(place, new Failure(picture.name(), reason));
      }
    }

    /** Finds the pictures whose answers are not finite by running each picture alone. */
    private void failOrDivide(List<Read.Ready> ready, int elements, ArithmeticException cause) {
      if (ready.size() > 1) {
        ready.forEach(picture -> count(List.of(picture), elements));
      } else {
        int place = ready.getFirst().place();
        String name = set.pictures().get(place).name();
        part.failed(place, new Failure(name, String.valueOf(cause.getMessage())));
      }
    }

    private void count(List<Read.Ready> ready, int elements) {
      if (ready.isEmpty()) {
        return;
      }
      float[] images = new float[Math.multiplyExact(ready.size(), elements)];
      for (int i = 0; i < ready.size(); i++) {
        System.arraycopy(ready.get(i).crops(), 0, images, i * elements, elements);
      }
      float[] logits;
      try {
        logits = network.logits(images, ready.size() * protocol.crops());
      } catch (ArithmeticException notFinite) {
        failOrDivide(ready, elements, notFinite);
        return;
      }
      for (int i = 0; i < ready.size(); i++) {
        float[] answer = average(logits, i);
        int place = ready.get(i).place();
        Picture picture = set.pictures().get(place);
        OptionalInt notFinite = Logits.notFinite(answer, 0, answer.length);
        if (notFinite.isPresent()) {
          String reason = "the network's answer is " + answer[notFinite.getAsInt()];
          part.failed(place, new Failure(picture.name(), reason));
          continue;
        }
        boolean labelled = !picture.labels().isEmpty();
        part.predicted(place, views.getFirst().predict(answer), labelled);
        for (int view = 0; labelled && view < views.size(); view++) {
          views.get(view).add(part.views().get(view), picture, answer);
        }
      }
    }
  }

  /** The mean of the logits over a picture's crops. */
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
