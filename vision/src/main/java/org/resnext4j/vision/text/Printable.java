package org.resnext4j.vision.text;

/**
 * Makes names safe to print on a terminal. A file may have any name, and a name must not control
 * the terminal (its colours, its cursor, the direction of writing).
 */
public final class Printable {

  private Printable() {}

  /** The text on one line, with {@code \n}, {@code \t} or {@code \}{@code u001b} for controls. */
  public static String of(String text) {
    return escaped(text, false);
  }

  /** The text with its line breaks kept and all other controls escaped, a lone CR among them. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /** A JSON text in which the control characters that JSON itself allows in strings are escaped. */
  public static String json(String text) {
    return lines(text);
  }

  private static String escaped(String text, boolean keepLines) {
    if (text.codePoints().noneMatch(Printable::controls)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    int c;
    for (int at = 0; at < text.length(); at += Character.charCount(c)) {
      c = text.codePointAt(at);
      boolean line = c == '\n' || c == '\t' || (c == '\r' && text.startsWith("\r\n", at));
      if (!controls(c) || (keepLines && line)) {
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
    }
    return shown.toString();
  }

  /** Whether a character is a control, a line separator or changes the direction of writing. */
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
