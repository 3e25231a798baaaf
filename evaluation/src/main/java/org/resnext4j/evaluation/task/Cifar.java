package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.Picture;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.Datasets;
import org.resnext4j.vision.data.Datasets.Split;
import org.resnext4j.vision.text.Lists;
import org.resnext4j.vision.text.TextFile;

/**
 * CIFAR-10 and CIFAR-100: the published binary files, folders of pictures, archives of both, or one
 * PNG file. The PNG file holds one picture in each row of pixels; a text file beside it holds the
 * labels.
 *
 * @param title name of the data set on the results board
 * @param labels the classes
 * @param testPerClass number of test pictures of each class; there are five times as many training
 *     pictures
 * @param archive name of the published archive of binary files
 */
record Cifar(String title, Labels labels, int testPerClass, String archive) {

  static final Cifar CIFAR_10 =
      new Cifar("CIFAR-10", Labels.cifar10(), 1000, "cifar-10-binary.tar.gz");
  static final Cifar CIFAR_100 =
      new Cifar("CIFAR-100", Labels.cifar100(), 100, "cifar-100-binary.tar.gz");

  private static final int SIDE = 32;
  private static final int TRAINING_FACTOR = 5;

  EvaluationSet read(TaskInput input) throws IOException {
    if (input.data().toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      return sheet(input);
    }
    Split split = LabelledFolder.split(input.split().orElse("test"));
    boolean training = split == Split.TRAIN;
    Dataset dataset = Datasets.open(input.data(), split, input.reader());
    if (!labels.names().containsAll(dataset.classes())) {
      List<String> strange =
          dataset.classes().stream().filter(c -> !labels.names().contains(c)).toList();
      throw new DataSetException(
          "%s: expected the classes of %s, but found '%s'"
              .formatted(input.data(), title, Lists.some(strange)));
    }
    SequencedMap<String, Integer> published = new LinkedHashMap<>();
    SequencedMap<String, Integer> found = new LinkedHashMap<>();
    int[] counts = dataset.classCounts();
    for (int c = 0; c < dataset.classes().size(); c++) {
      found.put(dataset.classes().get(c), counts[c]);
    }
    labels.names().forEach(c -> published.put(c, testPerClass * (training ? TRAINING_FACTOR : 1)));
    String part = training ? "training" : "test";
    List<Absence> absent =
        new Completeness(
                "the %s set of %s in %s".formatted(part, title, input.data()),
                "https://www.cs.toronto.edu/~kriz/cifar.html (" + archive + ")")
            .check(found, published, input.partial());
    // JPEG files in folders are not the original pictures, because JPEG loses information.
    boolean jpeg =
        dataset.size() > 0 && dataset.name(0).toLowerCase(Locale.ROOT).matches(".*\\.jpe?g");
    return EvaluationSet.of(
        "%s%s %s".formatted(title, jpeg ? " (JPEG)" : "", part),
        Labels.of(dataset.classes()),
        dataset,
        absent);
  }

  private EvaluationSet sheet(TaskInput input) throws IOException {
    Path labelFile = Path.of(input.data().toString().replaceFirst("(?i)\\.png$", ".labels.txt"));
    if (!Files.exists(labelFile)) {
      throw new DataSetException(
          "%s: expected the labels of its pictures in %s, a number a line, but there is no such file"
              .formatted(input.data(), labelFile));
    }
    Image sheet = input.reader().read(input.data());
    if (sheet.width() != SIDE * SIDE) {
      throw new DataSetException(
          "%s: expected a picture of %d pixels in each row of %d, but found rows of %d"
              .formatted(input.data(), SIDE * SIDE, SIDE * SIDE, sheet.width()));
    }
    List<Integer> indices = labels(labelFile);
    if (indices.size() != sheet.height()) {
      throw new DataSetException(
          "%s: expected %d labels, one a row of %s, but found %d"
              .formatted(labelFile, sheet.height(), input.data(), indices.size()));
    }
    List<Picture> pictures = new ArrayList<>();
    for (int row = 0; row < sheet.height(); row++) {
      int from = row * SIDE * SIDE * Image.CHANNELS;
      pictures.add(
          new Picture(
              "row " + row,
              () ->
                  new Image(
                      SIDE,
                      SIDE,
                      Arrays.copyOfRange(sheet.rgb(), from, from + SIDE * SIDE * Image.CHANNELS)),
              indices.get(row)));
    }
    return new EvaluationSet(
        "%s test, %d pictures".formatted(title, pictures.size()),
        labels,
        pictures,
        List.of(),
        List.of(EvaluationSet.View.ALL),
        new EvaluationSet.Scoring.TopOneAndFive());
  }

  private List<Integer> labels(Path file) throws IOException {
    List<Integer> indices = new ArrayList<>();
    for (String line : TextFile.lines(file)) {
      String text = line.strip();
      if (text.isEmpty()) {
        continue;
      }
      if (!text.matches("\\d{1,3}") || Integer.parseInt(text) >= labels.size()) {
        throw new DataSetException(
            "%s: expected a label of 0 to %d in line %d, but found '%s'"
                .formatted(file, labels.size() - 1, indices.size() + 1, text));
      }
      indices.add(Integer.valueOf(text));
    }
    return indices;
  }
}
