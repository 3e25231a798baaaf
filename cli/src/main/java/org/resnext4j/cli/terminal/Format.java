package org.resnext4j.cli.terminal;

import java.util.Locale;

/** Formats numbers for people. */
public final class Format {

  private Format() {}

  /** Formats 25028904 as {@code 25.03 M}. */
  public static String millions(long value) {
    return String.format(Locale.ROOT, "%.2f M", value / 1e6);
  }

  /** Formats 4230000000 as {@code 4.23 G}. */
  public static String billions(long value) {
    return String.format(Locale.ROOT, "%.2f G", value / 1e9);
  }

  /** Formats a number of bytes as in {@code 12.3 MB}. */
  public static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
