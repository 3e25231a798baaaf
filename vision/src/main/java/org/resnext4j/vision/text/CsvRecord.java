package org.resnext4j.vision.text;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Writes comma-separated values (RFC 4180) that are harmless on a terminal. */
public final class CsvRecord {

  private CsvRecord() {}

  /**
   * Returns a record without its line end. Fields with a comma, a quote or a line end are in
   * quotes, and all other control characters are escaped.
   */
  public static String of(String... fields) {
    return Arrays.stream(fields).map(CsvRecord::field).collect(Collectors.joining(","));
  }

  private static String field(String text) {
    String shown = Printable.lines(text);
    return shown.matches("[^\",\r\n]*+") ? shown : '"' + shown.replace("\"", "\"\"") + '"';
  }
}
