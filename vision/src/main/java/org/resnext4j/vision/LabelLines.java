package org.resnext4j.vision;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a text file of labels, in the forms that {@link Labels#read} lists. */
final class LabelLines {

  private static final String WORDNET_ID = "n\\d{8}";

  /** The forms of a line, in the order in which the reader tries each on the whole file. */
  private enum Form {
    /** Index, identifier and name. */
    IDENTIFIED("(?<index>\\d+)\\t(?<id>[^\\t]+)\\t(?<name>[^\\t]+)", true),
    IDENTIFIED_BY_WORDNET("(?<index>\\d+)\\s*,\\s*(?<id>" + WORDNET_ID + ")\\s*,(?<name>.+)", true),
    /** Index and name. The tab, comma or semicolon shows that the number is an index. */
    INDEXED("(?<index>\\d+)\\s*[\\t,;](?<name>.+)", true),
    /** Index and name, or a name such as {@code 3 of clubs} that begins with a number. */
    PERHAPS_INDEXED("(?<index>\\d+)(?:\\s*:|\\s)\\s*(?<name>.+)", false),
    /** Name and index, or a name that contains a comma and a number. */
    REVERSED("(?<name>.+?)\\s*[\\t,;]\\s*(?<index>\\d+)", false),
    WORDNET("(?<id>" + WORDNET_ID + ")[\\s,]+(?<name>.+)", true);

    private final Pattern pattern;

    /**
     * Whether lines of all other forms differ from this form. If they do, wrong indexes are an
     * error; otherwise the reader tries the next form.
     */
    private final boolean certain;

    Form(String pattern, boolean certain) {
      this.pattern = Pattern.compile(pattern);
      this.certain = certain;
    }

    private boolean indexed() {
      return this != WORDNET;
    }
  }

  /** A line that is not blank. */
  private record Line(int number, String text) {}

  private final String file;
  private final List<Line> lines = new ArrayList<>();

  private LabelLines(String file, String text) {
    this.file = file;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank()) {
        lines.add(new Line(number, line.strip()));
      }
    }
  }

  static LabelLines of(String file, String text) {
    return new LabelLines(file, text);
  }

  /** Returns the labels by their indexes. */
  Map<Integer, Labels.Entry> entries() throws IOException {
    for (Form form : Form.values()) {
      // The first line may hold headings. Headings are the only line of another form.
      for (int from = 0; from <= 1 && from < lines.size(); from++) {
        List<Line> body = lines.subList(from, lines.size());
        if ((from == 0 || isHeading(lines.getFirst().text()))
            && body.stream().allMatch(line -> form.pattern.matcher(line.text()).matches())) {
          Optional<Map<Integer, Labels.Entry>> entries = entries(form, body);
          if (entries.isPresent()) {
            return entries.get();
          }
        }
      }
    }
    return names();
  }

  private static boolean isHeading(String line) {
    return line.matches(
        "(?i)\\W*(id|idx|index|label|class|class.?id|number|name|wnid|synset)\\b.*");
  }

  private Optional<Map<Integer, Labels.Entry>> entries(Form form, List<Line> body)
      throws IOException {
    Map<Integer, Labels.Entry> entries = new HashMap<>();
    for (Line line : body) {
      Matcher matcher = form.pattern.matcher(line.text());
      if (!matcher.matches()) {
        throw new IllegalStateException(line.text());
      }
      String name = unquoted(matcher.group("name").strip());
      String identifier =
          matcher.namedGroups().containsKey("id") ? matcher.group("id").strip() : name;
      String place = file + ":" + line.number();
      if (!form.certain && indexIsWrong(matcher.group("index"), body.size(), entries)) {
        return Optional.empty();
      }
      int index = form.indexed() ? Labels.index(place, matcher.group("index")) : entries.size();
      Labels.add(entries, place, index, new Labels.Entry(identifier, name));
    }
    return Optional.of(entries);
  }

  private static boolean indexIsWrong(String index, int size, Map<Integer, Labels.Entry> entries) {
    return index.length() > 7
        || Integer.parseInt(index) >= size
        || entries.containsKey(Integer.parseInt(index));
  }

  /** Reads each line as a name. A line with tabs that matches no form is an error. */
  private Map<Integer, Labels.Entry> names() throws IOException {
    Map<Integer, Labels.Entry> entries = new HashMap<>();
    for (Line line : lines) {
      String place = file + ":" + line.number();
      if (line.text().indexOf('\t') >= 0) {
        String first = line.text().substring(0, line.text().indexOf('\t'));
        Labels.index(place, first);
        throw new IOException(
            place + ": expected index and name in all lines, or index, identifier and name in all");
      }
      Labels.add(entries, place, entries.size(), Labels.Entry.of(unquoted(line.text())));
    }
    return entries;
  }

  private static String unquoted(String name) {
    return name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
