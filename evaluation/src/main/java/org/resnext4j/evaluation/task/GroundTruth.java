package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.text.TextFile;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Struct;

/**
 * The labels of ImageNet's flat validation pictures. It reads two kinds of text files:
 *
 * <ul>
 *   <li>{@code ILSVRC2012_validation_ground_truth.txt} of the development kit. Line n holds the
 *       kit's class number of picture n, from 1 to 1000. The file {@code meta.mat} or {@code
 *       map_clsloc.txt} beside it maps these numbers to WordNet ids. The numbers are <em>not</em>
 *       in the order of the network's outputs.
 *   <li>A list of lines such as {@code ILSVRC2012_val_00000001.JPEG n01751748}, or with the index
 *       of an output instead of the WordNet id.
 * </ul>
 *
 * @param file the text file
 * @param byNumber WordNet id by the number of the picture, counted from 1
 */
record GroundTruth(Path file, Map<Integer, String> byNumber) {

  private static final String KIT_FILE = "ILSVRC2012_validation_ground_truth.txt";
  private static final Pattern LISTED =
      Pattern.compile("(?:.*/)?ILSVRC2012_val_(\\d{8})(?:\\.JPEG)?\\s+(n\\d{8}|\\d{1,3})");
  private static final int CLASSES = 1000;
  private static final String ORIGIN =
      "https://image-net.org/challenges/LSVRC/2012 (ILSVRC2012_devkit_t12.tar.gz, 2.5 MB)";

  /** The highest number of a picture in the file. */
  int size() {
    return byNumber.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** The WordNet id of the picture with a number. */
  Optional<String> wordNetId(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** Reads the file of the input, or a file in the data set's folder. */
  static GroundTruth find(TaskInput input) throws IOException {
    Path data = input.data();
    Path parent = data.toAbsolutePath().normalize().getParent();
    List<Path> candidates =
        input
            .groundTruth()
            .map(given -> List.of(given, given.resolve(KIT_FILE), kit(given)))
            .orElseGet(() ->
                Stream.of(data, parent == null ? data : parent)
                    .flatMap(folder ->
                        Stream.of(
                            folder.resolve(KIT_FILE),
                            kit(folder),
                            kit(folder.resolve("ILSVRC2012_devkit_t12")),
                            folder.resolve("val.txt")))
                    .toList());
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate)) {
        return read(candidate);
      }
    }
    throw new DataSetException(
        ("%s holds flat validation pictures; their labels are expected in %s of the development kit,"
                + " by --ground-truth or in that folder, but neither exists; it is at %s")
            .formatted(data, KIT_FILE, ORIGIN));
  }

  private static Path kit(Path folder) {
    return folder.resolve("data").resolve(KIT_FILE);
  }

  static GroundTruth read(Path file) throws IOException {
    List<String> lines = TextFile.lines(file);
    Map<Integer, String> byNumber = new HashMap<>();
    Matcher first = LISTED.matcher(lines.isEmpty() ? "" : lines.getFirst().strip());
    boolean listed = first.matches();
    Map<Integer, String> kit = listed ? Map.of() : kitNumbers(file);
    Labels labels = Labels.imagenet();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      Matcher matcher = LISTED.matcher(line);
      if (listed && matcher.matches()) {
        String of = matcher.group(2);
        byNumber.put(
            Integer.valueOf(matcher.group(1)),
            of.startsWith("n") ? of : labels.identifier(Integer.parseInt(of)));
      } else if (!listed && line.matches("\\d{1,4}") && kit.containsKey(Integer.valueOf(line))) {
        byNumber.put(i + 1, kit.get(Integer.valueOf(line)));
      } else {
        throw new DataSetException(
            "%s: expected %s in line %d, but found '%s'"
                .formatted(
                    file,
                    listed ? "a picture and its class" : "a number of 1 to " + CLASSES,
                    i + 1,
                    line.substring(0, Math.min(line.length(), 60))));
      }
    }
    return new GroundTruth(file, byNumber);
  }

  /** The WordNet ids of the kit's class numbers. */
  private static Map<Integer, String> kitNumbers(Path groundTruth) throws IOException {
    Path folder = groundTruth.toAbsolutePath().getParent();
    Path mat = folder.resolve("meta.mat");
    if (Files.exists(mat)) {
      return matlab(mat);
    }
    Path map = folder.resolve("map_clsloc.txt");
    if (Files.exists(map)) {
      Map<Integer, String> numbers = new HashMap<>();
      for (String line : TextFile.lines(map)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length < 2 || !fields[1].matches("\\d{1,4}")) {
          throw new DataSetException(
              "%s: expected lines such as 'n02119789 1 kit_fox', but found '%s'"
                  .formatted(map, line));
        }
        numbers.put(Integer.valueOf(fields[1]), fields[0]);
      }
      return numbers;
    }
    throw new DataSetException(
        ("%s: the classes of its numbers are expected in the development kit's meta.mat or"
                + " map_clsloc.txt beside it, but neither exists; they are at %s")
            .formatted(groundTruth, ORIGIN));
  }

  private static Map<Integer, String> matlab(Path file) throws IOException {
    try (MatFile mat = Mat5.readFromFile(file.toFile())) {
      Struct synsets = mat.getStruct("synsets");
      Map<Integer, String> numbers = new HashMap<>();
      for (int i = 0; i < synsets.getNumElements(); i++) {
        int number = synsets.getMatrix("ILSVRC2012_ID", i).getInt(0);
        if (number <= CLASSES) {
          numbers.put(number, synsets.getChar("WNID", i).getString());
        }
      }
      return numbers;
    } catch (IOException | RuntimeException e) {
      throw new DataSetException(
          "%s: expected the development kit's MATLAB file with 'synsets', but it holds something else or is damaged"
              .formatted(file),
          e);
    }
  }
}
