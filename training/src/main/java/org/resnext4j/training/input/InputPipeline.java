package org.resnext4j.training.input;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.IntStream;
import org.resnext4j.training.input.Randomness.Purpose;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.PictureMemory;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.augment.Augmentation;
import org.resnext4j.vision.augment.TensorAugmentation;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.ReadAhead;
import org.resnext4j.vision.transform.Normalize;

/**
 * Reads, augments and normalises the batches of an epoch ahead of the network, through a {@link
 * ReadAhead}.
 *
 * <p>A prepared picture depends on the seed, the epoch and the picture's number in the data set;
 * the number of threads has no influence. One thread uses a pipeline.
 *
 * {@snippet :
 * InputPipeline.Options paper =
 *     new InputPipeline.Options(128, Preprocessing.cifar(), 1, 2, false);
 * try (InputPipeline pipeline = new InputPipeline(dataset, paper, List.of(), Mixing.NONE)) {
 *   pipeline.start(0, EpochOrder.of(dataset.size(), 1, 0), 0);
 *   Batch batch = pipeline.take(); // 128 pictures of [32, 32, 3]
 *   // … train …
 *   pipeline.recycle(batch);
 * }
 * }
 */
public final class InputPipeline implements AutoCloseable {

  private final Dataset data;
  private final Options options;
  private final Augmentation augmentation;
  private final TensorAugmentation numbersAugmentation;
  private final Mixing mixing;
  private final Normalize normalize;
  private final ConcurrentLinkedDeque<Batch> spare = new ConcurrentLinkedDeque<>();

  private int[] order = new int[0];
  private Optional<ReadAhead<Integer, Batch>> ahead = Optional.empty();
  private long waitedBefore;

  /**
   * A pipeline over a data set; {@link #start} begins an epoch.
   *
   * @param data pictures and labels
   * @param options sizes, seed and threads
   * @param augmentations steps in their order; steps of pictures precede steps of numbers
   * @param mixing mixing of whole batches
   */
  public InputPipeline(
      Dataset data, Options options, List<AugmentationStep> augmentations, Mixing mixing) {
    this.data = data;
    this.options = options;
    Augmentation ofPictures = Augmentation.none();
    TensorAugmentation ofNumbers = TensorAugmentation.none();
    for (AugmentationStep step : augmentations) {
      switch (step) {
        case AugmentationStep.OfPicture change ->
            ofPictures = ofPictures.then(change.resolve(options.preprocessing()));
        case AugmentationStep.OfNumbers change ->
            ofNumbers = ofNumbers.then(change.resolve(options.preprocessing()));
      }
    }
    this.augmentation = ofPictures;
    this.numbersAugmentation = ofNumbers;
    this.mixing = mixing;
    this.normalize = options.preprocessing().normalize();
  }

  /** Number of batches in an epoch. */
  public int batches() {
    return options.keepRest()
        ? Math.ceilDiv(order.length, options.batch())
        : order.length / options.batch();
  }

  /**
   * Begins an epoch at a batch, and drops prepared batches of another epoch.
   *
   * @param epoch the epoch, counted from 0
   * @param newOrder numbers of the pictures in their order
   * @param firstBatch number of the first batch, counted from 0
   */
  public void start(int epoch, int[] newOrder, int firstBatch) {
    close();
    order = newOrder;
    ahead =
        Optional.of(
            ReadAhead.start(
                "input",
                IntStream.range(firstBatch, batches()).iterator(),
                number -> prepare(newOrder, epoch, number),
                batch -> (long) batch.images().length * Float.BYTES,
                ReadAhead.Limits.of(options.threads(), 2 * options.threads())));
  }

  /**
   * Waits for the next batch of the epoch.
   *
   * @throws IOException if a picture cannot be read; the message names it
   * @throws InterruptedException if this thread is interrupted while waiting
   * @throws IllegalStateException if the epoch is over or none has begun
   */
  public Batch take() throws IOException, InterruptedException {
    return ahead
        .orElseThrow(() -> new IllegalStateException("no epoch has begun"))
        .next()
        .orElseThrow(() -> new IllegalStateException("the epoch has no further batch"));
  }

  /** Returns a batch to the pipeline, which uses its memory again. */
  public void recycle(Batch batch) {
    spare.push(batch.first(options.batch()));
  }

  /** Nanoseconds that {@link #take} has waited for batches that were not ready. */
  public long waitedNanos() {
    return waitedBefore + ahead.map(ReadAhead::waitedNanos).orElse(0L);
  }

  private Batch prepare(int[] ofOrder, int ofEpoch, int number) throws IOException {
    Batch batch = spare.poll();
    int size = options.preprocessing().crop();
    if (batch == null) {
      batch =
          Batch.empty(
              options.batch(),
              size,
              size,
              options.preprocessing().channels(),
              data.classes().size());
    }
    Arrays.fill(batch.targets(), 0);
    int classes = data.classes().size();
    int first = number * options.batch();
    int count = Math.min(options.batch(), ofOrder.length - first);
    if (count < options.batch()) {
      batch = batch.first(count);
    }
    for (int i = 0; i < count; i++) {
      int index = ofOrder[first + i];
      int label = data.label(index);
      batch.labels()[i] = label;
      batch.pictures()[i] = index;
      batch.targets()[i * classes + label] = 1;
      int repetition = EpochOrder.repetition(ofOrder, first + i);
      prepare(index, repetition, ofEpoch, batch.images(), i * options.preprocessing().elements());
    }
    mixing.apply(batch, Randomness.of(options.seed(), Purpose.MIXING, ofEpoch, number));
    return batch;
  }

  private void prepare(int index, int repetition, int ofEpoch, float[] images, int offset)
      throws IOException {
    int size = options.preprocessing().crop();
    Randomness random =
        repetition == 0
            ? Randomness.of(options.seed(), Purpose.PICTURE, ofEpoch, index)
            : Randomness.of(options.seed(), Purpose.PICTURE, ofEpoch, index, repetition);
    Image image =
        PictureMemory.during(() -> {
          Image altered = augmentation.apply(data.read(index), random);
          boolean fits = altered.height() == size && altered.width() == size;
          return fits ? altered : options.preprocessing().cropped(altered);
        });
    normalize.apply(image, images, offset);
    numbersAugmentation.apply(images, offset, size, size, random);
  }

  /** Stops the threads; {@link #start} begins anew. */
  @Override
  public void close() {
    waitedBefore = waitedNanos();
    ahead.ifPresent(ReadAhead::close);
    ahead = Optional.empty();
  }

  /**
   * The options of a pipeline.
   *
   * @param batch number of pictures in a batch
   * @param preprocessing size, mean and deviation that the network expects
   * @param seed seed of all random numbers
   * @param threads number of threads that prepare batches
   * @param keepRest whether the last batch of an epoch may hold fewer pictures; otherwise the epoch
   *     leaves the remaining pictures out
   */
  public record Options(
      int batch, Preprocessing preprocessing, long seed, int threads, boolean keepRest) {

    /** Checks the counts. */
    public Options {
      if (batch < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "a pipeline needs a batch and threads of at least 1, but was given %d and %d"
                .formatted(batch, threads));
      }
    }
  }
}
