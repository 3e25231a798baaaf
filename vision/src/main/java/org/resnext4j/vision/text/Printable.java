package org.resnext4j.vision.text;

/**
 * Names as a terminal may show them. A file may be called anything, and what controls a terminal
 * (colours, the cursor, the direction of writing) must not reach one as part of a name.
 */
public final class Printable {

  private Printable() {}

  /** The same on one line, with {@code \n}, {@code \t} or {@code \}{@code u001b} for controls. */
  public static String of(String text) {
    return escaped(text, false);
  }

  /** The same with its lines kept: for text of several lines. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /** A JSON text with the controls in its strings escaped that JSON itself lets through. */
  public static String json(String text) {
    return lines(text);
  }

  private static String escaped(String text, boolean keepLines) {
    if (text.codePoints().noneMatch(Printable::controls)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (!controls(c) || (keepLines && (c == '\n' || c == '\r' || c == '\t'))) {
            shown.appendCodePoint(c);
          } else {
            shown.append(
                switch (c) {
                  case '\n' -> "\\n";
                  case '\r' -> "\\r";
                  case '\t' -> "\\t";
                  default -> "\\u%04x".formatted(c);
                });
          }
        });
    return shown.toString();
  }

  /** Control characters, line separators, and what changes the direction of writing. */
  private static boolean controls(int c) {
    return Character.isISOControl(c)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200e
        || c == 0x200f
        || c == 0x061c
        || (c >= 0xd800 && c <= 0xdfff);
  }
}
