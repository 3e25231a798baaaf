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
 * Pictures to learn from, and to judge by.
 *
 * @param training what the network learns from
 * @param validation what it is judged by, if there is any
 */
public record TrainingData(Dataset training, Optional<Dataset> validation) {

  /** Ratio of the largest class to the smallest from which classes count as unequal. */
  private static final double UNEQUAL = 2;

  /**
   * Opens a data set of any form that {@link Datasets} knows. Where it has a part for validation or
   * testing, that is what is judged by, unless a split is asked for.
   *
   * @param data a folder or an archive
   * @param split share of the training pictures to be judged by instead, 0 for none
   * @param seed of the split
   * @throws IOException if there is no data set
   */
  public static TrainingData open(Path data, double split, long seed) throws IOException {
    ImageReader reader = ImageReader.defaults();
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
      return new TrainingData(training, Optional.empty()); // No such part, or the same pictures.
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
   * These data with fewer training pictures.
   *
   * @param perClass most pictures of each class, chosen by a fixed shuffle; 0 for all
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

  /** What lies among the pictures and is none of them, if anything does. */
  public Optional<String> skipped() {
    Skipped all = training.skipped().plus(validation.map(Dataset::skipped).orElse(Skipped.NOTHING));
    return all.total() == 0
        ? Optional.empty()
        : Optional.of("no pictures, skipped %d: %s".formatted(all.total(), all));
  }

  /** A warning if the classes have very different numbers of pictures. */
  public Optional<String> imbalance() {
    ClassBalance balance = ClassBalance.of(training);
    return balance.imbalance() < UNEQUAL
        ? Optional.empty()
        : Optional.of("the classes are unequal: %s; accuracy favours the large".formatted(balance));
  }

  /**
   * Whether all pictures, decoded, fit into a quarter of the memory allowed; judged by a few.
   *
   * @throws IOException if one of these cannot be read
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
