package org.resnext4j.vision.data;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Defines, for all commands, which names in folders and archives are names of pictures. */
final class PictureNames {

  /** Endings of picture files. The content of a file, not its ending, selects the decoder. */
  private static final Set<String> ENDINGS =
      Set.of(
          "jpg", "jpeg", "jpe", "jfif", "png", "bmp", "dib", "gif", "webp", "tif", "tiff", "ppm",
          "pgm", "pbm", "pnm");

  private static final Set<String> SYSTEM =
      Set.of(
          "__macosx",
          "__pycache__",
          "@eadir",
          "#recycle",
          "#snapshot",
          "$recycle.bin",
          "system volume information",
          "lost+found",
          "thumbs.db",
          "ehthumbs.db",
          "desktop.ini",
          "icon\r");

  private PictureNames() {}

  /** Whether a file has the name of a picture. */
  static boolean isPicture(String name) {
    return skipped(name).isEmpty() && ENDINGS.contains(ending(name));
  }

  /**
   * Returns the kind of a file or folder that is skipped by its name; empty if the name is no
   * reason to skip it.
   */
  static Optional<String> skipped(String name) {
    if (name.startsWith(".")) {
      return Optional.of(Skipped.HIDDEN);
    }
    return SYSTEM.contains(name.toLowerCase(Locale.ROOT))
        ? Optional.of(Skipped.SYSTEM)
        : Optional.empty();
  }

  /** Returns the kind of a file whose name is not the name of a picture. */
  static String kind(String name) {
    return skipped(name)
        .orElseGet(() -> {
          String ending = ending(name);
          if (ending.isEmpty()) {
            return Skipped.NO_ENDING;
          }
          return ending.matches("[a-z][a-z0-9]{0,9}") ? "." + ending : Skipped.OTHER_ENDINGS;
        });
  }

  private static String ending(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
