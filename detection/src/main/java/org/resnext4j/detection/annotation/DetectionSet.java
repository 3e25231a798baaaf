package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A data set in COCO's layout: the file {@code annotations/instances_SPLIT.json} and a folder of
 * pictures. The folder's name is the split's name, {@code images} or {@code images/SPLIT}.
 *
 * @param name name of the data set, such as {@code COCO val2017}, or the folder's name and the
 *     split
 * @param pictures folder of the pictures
 * @param annotations all pictures and boxes
 */
public record DetectionSet(String name, Path pictures, Annotations annotations) {

  private static final String PREFIX = "instances_";
  private static final String ENDING = ".json";

  /**
   * Reads a data set.
   *
   * @param folder folder of the data set
   * @param split name of the split, such as {@code val}, {@code val2017} or {@code test}
   * @param file the annotations, if they are not in their usual place
   * @throws IOException if the annotations are missing or damaged, or there is no folder of
   *     pictures
   */
  public static DetectionSet read(Path folder, String split, Optional<Path> file)
      throws IOException {
    Path annotations = file.isPresent() ? file.get() : annotations(folder, split);
    Annotations read = CocoJson.read(annotations);
    if (read.pictures().isEmpty()) {
      throw new DetectionSetException(annotations + ": there is no picture in the annotations");
    }
    String full = fullSplit(annotations, split);
    return new DetectionSet(name(folder, full), pictures(folder, full, read), read);
  }

  /**
   * The path of a picture.
   *
   * @throws DetectionSetException if the picture's name leads out of the folder
   */
  public Path file(Annotations.Picture picture) throws IOException {
    try {
      Path file = pictures.resolve(picture.file()).normalize();
      if (file.startsWith(pictures.normalize())) {
        return file;
      }
    } catch (InvalidPathException _) {
      // The exception below reports the name.
    }
    throw new DetectionSetException(
        "%s: the annotations name a picture outside the folder, '%s'"
            .formatted(pictures, picture.file()));
  }

  private static Path annotations(Path folder, String split) throws IOException {
    Path place = folder.resolve("annotations");
    if (!Files.isDirectory(place)) {
      throw new DetectionSetException(
          "%s: expected a folder 'annotations' with instances_%s.json, but there is none"
              .formatted(folder, split));
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
      for (Path each : files) {
        String name = String.valueOf(each.getFileName());
        if (name.equals(PREFIX + split + ENDING)) {
          return each;
        }
        // The names of COCO's own files have the year after the split.
        if (name.startsWith(PREFIX + split)
            && name.substring(PREFIX.length() + split.length()).matches("\\d{4}\\.json")) {
          found.add(each);
        }
      }
    }
    if (found.size() != 1) {
      throw new DetectionSetException(
          "%s: expected one file instances_%s.json, but found %d"
              .formatted(place, split, found.size()));
    }
    return found.getFirst();
  }

  private static String fullSplit(Path annotations, String split) {
    String name = String.valueOf(annotations.getFileName());
    return name.startsWith(PREFIX) && name.endsWith(ENDING)
        ? name.substring(PREFIX.length(), name.length() - ENDING.length())
        : split;
  }

  private static String name(Path folder, String split) {
    boolean coco = split.matches("(train|val|test)\\d{4}");
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return (coco || last == null ? "COCO" : last.toString()) + " " + split;
  }

  /** The first folder that contains the first picture, or else the first folder of pictures. */
  private static Path pictures(Path folder, String split, Annotations annotations)
      throws DetectionSetException {
    List<Path> folders =
        Stream.of(
                folder.resolve(split),
                folder.resolve("images").resolve(split),
                folder.resolve("images"),
                folder)
            .filter(Files::isDirectory)
            .toList();
    String first = annotations.pictures().getFirst().file();
    return folders.stream()
        .filter(each -> has(each, first))
        .findFirst()
        .or(() -> folders.stream().findFirst())
        .orElseThrow(() ->
            new DetectionSetException(
                "%s: expected a folder of pictures called %s or images, but there is none"
                    .formatted(folder, split)));
  }

  private static boolean has(Path folder, String file) {
    try {
      return Files.isRegularFile(folder.resolve(file));
    } catch (InvalidPathException _) {
      return false;
    }
  }
}
