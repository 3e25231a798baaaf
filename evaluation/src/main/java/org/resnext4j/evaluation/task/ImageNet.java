package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.evaluation.Picture;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.ImageFolder;
import org.resnext4j.vision.data.LabelledFiles;
import org.resnext4j.vision.text.Lists;

/**
 * The 50,000 validation pictures of ImageNet-1K (ILSVRC 2012), in folders by WordNet id, or in one
 * folder with a {@link GroundTruth} file.
 */
final class ImageNet {

  private static final int PICTURES = 50_000;
  private static final int PER_CLASS = 50;
  private static final Pattern WORDNET_ID = Pattern.compile("n\\d{8}");
  private static final Pattern PICTURE = Pattern.compile("ILSVRC2012_val_(\\d{8})\\.JPEG");
  private static final String NAME = "ImageNet-1K validation";
  private static final String ORIGIN =
      "https://image-net.org/download-images (ILSVRC2012_img_val.tar, 6.3 GB)";

  private ImageNet() {}

  static EvaluationSet read(TaskInput input) throws IOException {
    return read(input, NAME, View.ALL);
  }

  /** Reads the set for an ImageNet-5K network, with views of all and of ImageNet-1K's classes. */
  static EvaluationSet read5k(TaskInput input) throws IOException {
    Labels subset =
        input.subset().isPresent() ? Labels.read(input.subset().get()) : Labels.imagenet();
    return read(
        input,
        NAME + ", trained on ImageNet-5K",
        new View("5K-way", List.of()),
        new View("1K-way", subset.identifiers()));
  }

  private static EvaluationSet read(TaskInput input, String name, View... views)
      throws IOException {
    if (!Files.isDirectory(input.data())) {
      throw new DataSetException(
          "%s: expected a folder of ImageNet's validation pictures, but there is none; they are at %s"
              .formatted(input.data(), ORIGIN));
    }
    for (Path folder : List.of(input.data(), input.data().resolve("val"))) {
      if (hasChild(folder, WORDNET_ID)) {
        return folders(input, folder, name, views);
      }
    }
    for (Path folder :
        List.of(
            input.data(),
            input.data().resolve("val"),
            input.data().resolve("ILSVRC2012_img_val"))) {
      if (hasChild(folder, PICTURE)) {
        return flat(input, folder, name, views);
      }
    }
    throw new DataSetException(
        ("%s: expected folders named by WordNet id (n01440764, …) or files ILSVRC2012_val_00000001"
                + ".JPEG, … there or in its folder 'val', but found neither; they are at %s")
            .formatted(input.data(), ORIGIN));
  }

  private static boolean hasChild(Path folder, Pattern name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.anyMatch(child -> name.matcher(child.getFileName().toString()).matches());
    }
  }

  private static EvaluationSet folders(TaskInput input, Path folder, String name, View... views)
      throws IOException {
    Labels labels = Labels.imagenet();
    LabelledFiles files = ImageFolder.open(folder, labels.identifiers(), input.reader());
    SequencedMap<String, Integer> published = new LinkedHashMap<>();
    SequencedMap<String, Integer> found = new LinkedHashMap<>();
    int[] counts = files.classCounts();
    for (int c = 0; c < labels.size(); c++) {
      published.put(labels.identifier(c), PER_CLASS);
      found.put(labels.identifier(c), counts[c]);
    }
    List<Absence> absent =
        new Completeness("ImageNet's validation set in " + folder, ORIGIN)
            .check(found, published, input.partial());
    return new EvaluationSet(
        name,
        labels,
        EvaluationSet.pictures(files, i -> folder.relativize(files.file(i)).toString()),
        absent,
        List.of(views),
        new EvaluationSet.Scoring.TopOneAndFive(),
        files.skipped());
  }

  private static EvaluationSet flat(TaskInput input, Path folder, String name, View... views)
      throws IOException {
    GroundTruth truth = GroundTruth.find(input);
    Labels labels = Labels.imagenet();
    List<Picture> pictures = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (int number = 1; number <= truth.size(); number++) {
      String file = "ILSVRC2012_val_%08d.JPEG".formatted(number);
      Optional<String> wordNetId = truth.wordNetId(number);
      if (wordNetId.isEmpty() || !Files.exists(folder.resolve(file))) {
        missing.add(file);
        continue;
      }
      OptionalInt label = labels.indexOf(wordNetId.get());
      if (label.isEmpty()) {
        throw new DataSetException(
            "%s: '%s' of %s is not one of ImageNet-1K's classes"
                .formatted(truth.file(), wordNetId.get(), file));
      }
      Path path = folder.resolve(file);
      pictures.add(new Picture(file, () -> input.reader().read(path), label.getAsInt()));
    }
    List<Absence> absent = List.of();
    int absentPictures = Math.max(PICTURES, truth.size()) - pictures.size();
    if (absentPictures > 0) {
      absent =
          new Completeness("ImageNet's validation set in " + folder, ORIGIN)
              .absent(
                  "ImageNet's validation set in %s is incomplete: %d of its %d pictures are there%s"
                      .formatted(
                          folder,
                          pictures.size(),
                          Math.max(PICTURES, truth.size()),
                          missing.isEmpty()
                              ? "; %s names no more".formatted(truth.file())
                              : "; missing are " + Lists.some(missing)),
                  absentPictures,
                  input.partial());
    }
    return new EvaluationSet(
        name, labels, pictures, absent, List.of(views), new EvaluationSet.Scoring.TopOneAndFive());
  }
}
