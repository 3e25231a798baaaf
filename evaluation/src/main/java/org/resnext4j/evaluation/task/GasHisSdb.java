package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.EvaluationSet.Scoring;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.evaluation.Picture;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.ImageFolder;
import org.resnext4j.vision.data.LabelledFiles;

/**
 * GasHisSDB (Hu et al., 2022): 245,196 patches of gastric tissue in three sub-databases with sides
 * of 160, 120 and 80 pixels. Each sub-database has the folders {@code Normal} and {@code Abnormal};
 * the positive class is {@code Abnormal}.
 *
 * <p>The split {@code 160} is a whole sub-database. The split {@code 160/test} is every fifth patch
 * of each class by name. The authors divided their data 4 : 4 : 2 but did not publish the division;
 * this test part has the same size, and a training can leave it out.
 */
final class GasHisSdb {

  static final String POSITIVE = "Abnormal";

  private static final String NEGATIVE = "Normal";
  private static final int TEST_OF = 5;
  private static final String ORIGIN =
      "https://gitee.com/neuhwm/GasHisSDB (GasHisSDB.zip; Hu et al. 2022)";

  /** Numbers of abnormal and normal patches in each sub-database. */
  private static final Map<String, List<Integer>> PUBLISHED =
      Map.of(
          "160", List.of(13_124, 20_160),
          "120", List.of(24_801, 40_460),
          "80", List.of(59_151, 87_500));

  private GasHisSdb() {}

  static EvaluationSet read(TaskInput input) throws IOException {
    String split = input.split().orElse("160");
    boolean test = split.endsWith("/test");
    String size = test ? split.substring(0, split.length() - "/test".length()) : split;
    if (!PUBLISHED.containsKey(size)) {
      throw new IllegalArgumentException(
          "--split must be 160, 120 or 80, or one of them with /test, but was '%s'"
              .formatted(split));
    }
    Path folder = folder(input.data(), size);
    LabelledFiles files = ImageFolder.open(folder, List.of(POSITIVE, NEGATIVE), input.reader());
    int[] counts = files.classCounts();
    SequencedMap<String, Integer> found = new LinkedHashMap<>();
    found.put(POSITIVE, counts[0]);
    found.put(NEGATIVE, counts[1]);
    SequencedMap<String, Integer> published = new LinkedHashMap<>();
    published.put(POSITIVE, PUBLISHED.get(size).get(0));
    published.put(NEGATIVE, PUBLISHED.get(size).get(1));
    List<Absence> absent =
        new Completeness("the %s-pixel sub-database in %s".formatted(size, folder), ORIGIN)
            .check(found, published, input.partial());
    List<Picture> pictures =
        EvaluationSet.pictures(files, i -> folder.relativize(files.file(i)).toString());
    List<Picture> chosen = test ? fifth(pictures) : pictures;
    return new EvaluationSet(
        "GasHisSDB " + size + (test ? ", test part" : ""),
        Labels.of(List.of(POSITIVE, NEGATIVE)),
        chosen,
        test ? absentOfFifth(published, chosen.size()) : absent,
        List.of(View.ALL),
        new Scoring.Binary(POSITIVE),
        files.skipped());
  }

  private static Path folder(Path data, String size) throws DataSetException {
    for (Path candidate :
        List.of(data.resolve(size), data.resolve("GasHisSDB").resolve(size), data)) {
      if (Files.isDirectory(candidate.resolve(POSITIVE))
          || Files.isDirectory(candidate.resolve(NEGATIVE))) {
        return candidate;
      }
    }
    throw new DataSetException(
        "%s: expected a folder '%s' with the folders '%s' and '%s', but found none; it is at %s"
            .formatted(data, size, NEGATIVE, POSITIVE, ORIGIN));
  }

  private static List<Picture> fifth(List<Picture> pictures) {
    List<Picture> test = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      int ofClass = label;
      List<Picture> some = pictures.stream().filter(p -> p.labels().contains(ofClass)).toList();
      for (int i = TEST_OF - 1; i < some.size(); i += TEST_OF) {
        test.add(some.get(i));
      }
    }
    return test;
  }

  private static List<Absence> absentOfFifth(Map<String, Integer> published, int found) {
    int expected = published.values().stream().mapToInt(count -> count / TEST_OF).sum();
    return found == expected
        ? List.of()
        : List.of(new Absence("the sub-database is incomplete", expected - found));
  }
}
