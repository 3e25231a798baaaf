package org.resnext4j.vision.text;

/**
 * Escapes names for a terminal. A file name may contain control characters, and these must not
 * change the terminal's colours, cursor or direction of writing.
 */
public final class Printable {

  private Printable() {}

  /**
   * Returns the text on one line, with {@code \n}, {@code \t} or {@code \}{@code u001b} in place of
   * control characters.
   */
  public static String of(String text) {
    return escaped(text, false);
  }

  /**
   * Returns the text with its line breaks. All other control characters, including a lone CR, are
   * escaped.
   */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /** Escapes the control characters that JSON allows in strings. */
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

  /**
   * Whether a character is a control character, a line separator or a mark that changes the
   * direction of writing.
   */
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
