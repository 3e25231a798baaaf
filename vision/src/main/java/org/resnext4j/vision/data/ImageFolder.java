package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.resnext4j.vision.ImageReader;

/**
 * A folder with a folder of pictures for each class, as torchvision's {@code ImageFolder}: classes
 * and files in the order of their names, files at any depth. Files whose names do not end like a
 * picture's, and hidden ones, are left out.
 */
public final class ImageFolder {

  private ImageFolder() {}

  /**
   * Lists a folder; the classes are its folders' names.
   *
   * @throws IOException if it cannot be listed, holds no folder, or a folder holds no picture
   */
  public static LabelledFiles open(Path root, ImageReader reader) throws IOException {
    List<Path> folders = folders(root);
    if (folders.isEmpty()) {
      throw new IOException(root + ": expected a folder for each class, but found none");
    }
    List<String> classes = folders.stream().map(f -> f.getFileName().toString()).toList();
    return open(root, classes, reader);
  }

  /**
   * Lists a folder with the classes in a given order, for networks whose outputs are not in the
   * order of the folders' names.
   *
   * @throws IOException if it cannot be listed, holds a folder that is no class, or a folder holds
   *     no picture; a class without a folder is no error and has no picture
   */
  public static LabelledFiles open(Path root, List<String> classes, ImageReader reader)
      throws IOException {
    Map<String, Integer> labels = new HashMap<>();
    for (String name : classes) {
      labels.put(name, labels.size());
    }
    List<Path> files = new ArrayList<>();
    List<Integer> found = new ArrayList<>();
    for (Path folder : folders(root)) {
      Integer label = labels.get(folder.getFileName().toString());
      if (label == null) {
        throw new IOException(
            "%s: expected the folder's name to be one of %d classes, but found '%s'"
                .formatted(folder, classes.size(), folder.getFileName()));
      }
      List<Path> pictures = pictures(folder);
      if (pictures.isEmpty()) {
        throw new IOException(folder + ": expected pictures of a class, but found none");
      }
      files.addAll(pictures);
      pictures.forEach(p -> found.add(label));
    }
    return new LabelledFiles(
        classes, files, found.stream().mapToInt(Integer::intValue).toArray(), reader);
  }

  /** The pictures below a folder, in the order of their paths. */
  public static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(f -> !hidden(f) && PictureNames.isPicture(f.getFileName().toString()))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static List<Path> folders(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(
          root.toString(), null, "expected a folder with a folder for each class");
    }
    try (Stream<Path> children = Files.list(root)) {
      return children.filter(Files::isDirectory).filter(f -> !hidden(f)).sorted().toList();
    }
  }

  private static boolean hidden(Path file) {
    return file.getFileName() == null || file.getFileName().toString().startsWith(".");
  }
}
