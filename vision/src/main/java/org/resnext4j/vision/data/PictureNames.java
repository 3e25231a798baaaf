package org.resnext4j.vision.data;

import java.util.Locale;
import java.util.Set;

/** Which file names are those of pictures. */
final class PictureNames {

  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp");

  private PictureNames() {}

  static boolean isPicture(String name) {
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }
}
