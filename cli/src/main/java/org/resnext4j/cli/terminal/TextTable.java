package org.resnext4j.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.vision.text.Printable;

/**
 * Rows of text in aligned columns. Columns whose heading begins with {@code >} are aligned right.
 */
public final class TextTable {

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... headings) {
    this.headings = List.of(headings);
  }

  public TextTable row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "a row of %d cells under %d headings".formatted(cells.length, headings.size()));
    }
    rows.add(
        java.util.Arrays.stream(cells).map(cell -> Printable.of(String.valueOf(cell))).toList());
    return this;
  }

  @Override
  public String toString() {
    List<String> titles = headings.stream().map(heading -> heading.replace(">", "")).toList();
    StringBuilder text = new StringBuilder(line(titles));
    text.append(
        line(titles.stream().map(title -> "─".repeat(width(titles.indexOf(title)))).toList()));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String padding = " ".repeat(width(column) - length(cells.get(column)));
      boolean right = headings.get(column).startsWith(">");
      line.append(right ? padding + cells.get(column) : cells.get(column) + padding).append("  ");
    }
    return line.toString().stripTrailing() + System.lineSeparator();
  }

  private int width(int column) {
    int width = length(headings.get(column).replace(">", ""));
    for (List<String> row : rows) {
      width = Math.max(width, length(row.get(column)));
    }
    return width;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
