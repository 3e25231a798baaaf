package org.resnext4j.detection.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.resnext4j.detection.annotation.DetectionSetException;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.loss.TrueObjects;
import org.resnext4j.detection.network.Conventions;
import org.resnext4j.detection.network.PictureBatch;
import org.resnext4j.detection.training.DetectionExamples.Example;
import org.resnext4j.training.input.Randomness;
import org.resnext4j.training.input.Randomness.Purpose;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.augment.RandomFlip;
import org.resnext4j.vision.data.ReadAhead;

/**
 * Prepares the batches of an epoch in advance. The augmentation of a picture depends only on the
 * seed, the epoch and the picture's number. Only one thread may use an input.
 */
final class DetectionInput implements AutoCloseable {

  private final List<Example> examples;
  private final Conventions conventions;
  private final DetectionRecipe recipe;
  private final long seed;
  private final int threads;
  private Optional<ReadAhead<Integer, Batch>> ahead = Optional.empty();
  private long waitedBefore;

  DetectionInput(List<Example> examples, DetectionRun run, int threads) {
    this.examples = examples;
    this.conventions = run.detector().conventions();
    this.recipe = run.recipe();
    this.seed = run.seed();
    this.threads = threads;
  }

  /**
   * Pictures ready for the networks, and their objects.
   *
   * @param number number of the batch in its epoch
   * @param pictures resized pictures
   * @param truth objects in pixels of the resized pictures
   */
  record Batch(int number, PictureBatch pictures, List<TrueObjects> truth) {}

  /** Begins an epoch at a batch. */
  void start(int epoch, int[] order, int firstBatch) {
    close();
    int size = recipe.loop().batch();
    int[] grouped =
        recipe.pictures().groupByAspect()
            ? AspectGroups.group(
                order, size, i -> examples.get(i).width() >= examples.get(i).height())
            : order;
    ahead =
        Optional.of(
            ReadAhead.start(
                "detection-input",
                IntStream.range(firstBatch, order.length / size).iterator(),
                number -> prepare(epoch, grouped, number),
                batch -> (long) batch.pictures().values().length * Float.BYTES,
                ReadAhead.Limits.of(threads, 2 * threads)));
  }

  /**
   * The next batch.
   *
   * @throws IOException if a picture cannot be read; the message names it
   * @throws IllegalStateException if the epoch is over or none has begun
   */
  Batch take() throws IOException, InterruptedException {
    return ahead
        .orElseThrow(() -> new IllegalStateException("no epoch has begun"))
        .next()
        .orElseThrow(() -> new IllegalStateException("the epoch has no further batch"));
  }

  /** Nanoseconds that {@link #take} has waited. */
  long waitedNanos() {
    return waitedBefore + ahead.map(ReadAhead::waitedNanos).orElse(0L);
  }

  private Batch prepare(int epoch, int[] order, int number) throws IOException {
    List<Image> pictures = new ArrayList<>();
    List<PictureBatch.Size> sizes = new ArrayList<>();
    List<TrueObjects> truth = new ArrayList<>();
    DetectionRecipe.Pictures options = recipe.pictures();
    int size = recipe.loop().batch();
    for (int i = number * size; i < (number + 1) * size; i++) {
      Example example = examples.get(order[i]);
      Randomness random = Randomness.of(seed, Purpose.PICTURE, epoch, order[i]);
      Image picture = ImageReader.defaults().read(example.file());
      requireSize(example, picture);
      Boxes boxes = example.objects().boxes();
      if (random.nextDouble() < options.flip()) {
        picture = new RandomFlip(1).apply(picture, random);
        boxes = boxes.flip(example.width());
      }
      int shorter = options.shorterSides().get(random.nextInt(options.shorterSides().size()));
      PictureBatch.Size resized =
          new PictureBatch.Size(example.height(), example.width())
              .resized(shorter, options.longerSide(), conventions);
      pictures.add(picture);
      sizes.add(resized);
      Boxes scaled =
          boxes.scale(
              (float) resized.width() / example.width(),
              (float) resized.height() / example.height());
      truth.add(new TrueObjects(scaled, example.objects().classes()));
    }
    return new Batch(number, PictureBatch.of(pictures, sizes, conventions), truth);
  }

  private static void requireSize(Example example, Image picture) throws IOException {
    if (picture.height() != example.height() || picture.width() != example.width()) {
      throw new DetectionSetException(
          "%s: the annotations say %d×%d pixels, but the picture has %d×%d"
              .formatted(
                  example.file(),
                  example.height(),
                  example.width(),
                  picture.height(),
                  picture.width()));
    }
  }

  @Override
  public void close() {
    waitedBefore = waitedNanos();
    ahead.ifPresent(ReadAhead::close);
    ahead = Optional.empty();
  }
}
