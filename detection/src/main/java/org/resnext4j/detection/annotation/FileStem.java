package org.resnext4j.detection.annotation;

/**
 * Derives the name of a picture's annotation from the picture's path: the file name without folder
 * and extension.
 */
final class FileStem {

  private FileStem() {}

  /**
   * Returns {@code cat.01} for {@code train/cat.01.jpg}. The result is never empty and never a
   * path.
   */
  static String of(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return stem.isEmpty() || stem.equals(".") || stem.equals("..") ? "_" : stem;
  }
}
