package org.resnext4j.training.classification;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.resnext4j.training.input.EpochOrder;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.data.ClassBalance;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.Datasets;
import org.resnext4j.vision.data.Skipped;

/**
 * The pictures of a training.
 *
 * {@snippet :
 * TrainingData data = TrainingData.open(Path.of("cifar10"), 0, 1, ImageReader.defaults());
 * int classes = data.training().classes().size();
 * }
 *
 * @param training training pictures
 * @param validation validation pictures, if there are any
 */
public record TrainingData(Dataset training, Optional<Dataset> validation) {

  /** Least ratio between the largest and the smallest class that counts as imbalance. */
  private static final double UNEQUAL = 2;

  /**
   * Opens a data set of any form that {@link Datasets} knows. Its part for validation or testing
   * supplies the validation pictures, unless {@code split} is above 0.
   *
   * @param data a folder or an archive
   * @param split share of the training pictures that become validation pictures, 0 for none
   * @param seed seed of the split
   * @param reader reads the pictures
   * @throws TrainingException if there are no training pictures, or the classes of the two parts
   *     differ
   * @throws IOException if there is no data set
   */
  public static TrainingData open(Path data, double split, long seed, ImageReader reader)
      throws IOException {
    Dataset training = Datasets.open(data, Datasets.Split.TRAIN, reader);
    if (training.size() == 0) {
      throw new TrainingException(data + ": there are no pictures to train on");
    }
    if (split > 0) {
      EpochOrder.Split parts = EpochOrder.split(training, split, seed);
      return new TrainingData(parts.training(), Optional.of(parts.validation()));
    }
    Optional<Dataset> found = Datasets.find(data, Datasets.Split.VALIDATION, reader);
    if (found.isEmpty()
        || found.get().size() == 0
        || found.get().name(0).equals(training.name(0))) {
      return new TrainingData(
          training, Optional.empty()); // There is no such part, or it has the same pictures.
    }
    Dataset judged = found.get();
    if (!judged.classes().equals(training.classes())) {
      throw new TrainingException(
          "%s: expected the classes of the training pictures, %s, but found %s to validate on"
              .formatted(data, training.classes(), judged.classes()));
    }
    return new TrainingData(training, Optional.of(judged));
  }

  /**
   * A part of the training pictures with all validation pictures.
   *
   * @param perClass largest number of pictures of each class, which a fixed shuffle chooses; 0 for
   *     all pictures
   */
  public TrainingData limited(int perClass) {
    if (perClass == 0) {
      return this;
    }
    int[] left = new int[training.classes().size()];
    Arrays.fill(left, perClass);
    int[] chosen =
        Arrays.stream(EpochOrder.of(training.size(), 0, 0))
            .filter(index -> left[training.label(index)]-- > 0)
            .sorted()
            .toArray();
    return new TrainingData(training.subset(chosen), validation);
  }

  /** A note on files that are not pictures; empty if there are none. */
  public Optional<String> skipped() {
    Skipped all = training.skipped().plus(validation.map(Dataset::skipped).orElse(Skipped.NOTHING));
    return all.total() == 0
        ? Optional.empty()
        : Optional.of("no pictures, skipped %d: %s".formatted(all.total(), all));
  }

  /** A warning if the largest class has at least twice as many pictures as the smallest. */
  public Optional<String> imbalance() {
    ClassBalance balance = ClassBalance.of(training);
    return balance.imbalance() < UNEQUAL
        ? Optional.empty()
        : Optional.of("the classes are unequal: %s; accuracy favours the large".formatted(balance));
  }

  /**
   * Whether all decoded pictures fit into a quarter of the heap. A sample of eight pictures gives
   * the estimate.
   *
   * @throws IOException if a picture of the sample cannot be read
   */
  public boolean fitsInMemory() throws IOException {
    long bytes = 0;
    int probes = Math.min(8, training.size());
    for (int i = 0; i < probes; i++) {
      bytes += training.read((int) ((long) i * training.size() / probes)).rgb().length;
    }
    long pictures = (long) training.size() + validation.map(Dataset::size).orElse(0);
    return probes > 0 && bytes / probes * pictures < Runtime.getRuntime().maxMemory() / 4;
  }
}
