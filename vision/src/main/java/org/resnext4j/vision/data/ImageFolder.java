package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.resnext4j.vision.ImageReader;

/**
 * A folder with a folder of pictures for each class, as torchvision's {@code ImageFolder} reads it.
 * Classes and files are in the order of their names; files may lie at any depth. {@code
 * docs/data.md} defines which files are pictures and how the reader follows links. {@link
 * Dataset#skipped} counts the other files.
 */
public final class ImageFolder {

  private ImageFolder() {}

  /**
   * Lists a folder; the classes are its folders' names.
   *
   * @throws IOException if the folder cannot be listed or holds no folder, or a class's folder
   *     holds no picture
   */
  public static LabelledFiles open(Path root, ImageReader reader) throws IOException {
    return open(root, List.of(), reader);
  }

  /**
   * Lists a folder with the classes in a given order, for networks whose outputs are not in the
   * order of the folders' names.
   *
   * @throws IOException if the folder cannot be listed, a folder in it is no class, or a class's
   *     folder holds no picture; a class without a folder is no error and has no picture
   */
  public static LabelledFiles open(Path root, List<String> classes, ImageReader reader)
      throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(
          root.toString(), null, "expected a folder with a folder for each class");
    }
    return files(ClassFolders.list(new DiskFolder(root), classes), reader);
  }

  static LabelledFiles files(ClassFolders<Path> found, ImageReader reader) {
    return new LabelledFiles(
        found.classes(), found.files(), found.labels(), reader, found.skipped());
  }
}
