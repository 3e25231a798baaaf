package org.resnext4j.detection.annotation;

/** The name of a picture's annotation: its last part without folder and ending. */
final class FileStem {

  private FileStem() {}

  /** {@code train/cat.01.jpg} gives {@code cat.01}; never empty, never a path. */
  static String of(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return stem.isEmpty() || stem.equals(".") || stem.equals("..") ? "_" : stem;
  }
}
