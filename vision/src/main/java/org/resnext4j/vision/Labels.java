package org.resnext4j.vision;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.resnext4j.vision.text.JsonText;
import org.resnext4j.vision.text.TextFile;
import tools.jackson.databind.JsonNode;

/**
 * The names of a classifier's classes, in the order of the classifier's outputs.
 *
 * @param names names for people to read; two classes may share a name (ImageNet has two cranes)
 * @param identifiers one identifier for each name, for programs to read: WordNet ids for ImageNet,
 *     otherwise the names
 */
public record Labels(List<String> names, List<String> identifiers) {

  /**
   * The largest number of classes, above that of every known label set. A file with more is no
   * label file.
   */
  private static final int MOST = 1_000_000;

  /** Names of the JSON field that holds the labels among other fields. */
  private static final List<String> WRAPPERS =
      List.of("id2label", "idx_to_class", "label2id", "class_to_idx", "labels", "classes");

  /**
   * Copies both lists.
   *
   * @throws IllegalArgumentException if the lists differ in length
   */
  public Labels {
    names = List.copyOf(names);
    identifiers = List.copyOf(identifiers);
    if (names.size() != identifiers.size()) {
      throw new IllegalArgumentException(
          "labels need an identifier a name, but found %d names and %d identifiers"
              .formatted(names.size(), identifiers.size()));
    }
  }

  /** Creates labels whose identifiers are their names. */
  public static Labels of(List<String> names) {
    return new Labels(names, names);
  }

  /** Returns the 1000 classes of ImageNet-1K in their usual order, with WordNet ids. */
  public static Labels imagenet() {
    return resource("imagenet-1k.tsv");
  }

  /**
   * Returns the ten classes of CIFAR-10 in the order of its binary files, which is alphabetical.
   */
  public static Labels cifar10() {
    return resource("cifar-10.txt");
  }

  /**
   * Returns the hundred classes of CIFAR-100 in the order of its binary files, which is
   * alphabetical.
   */
  public static Labels cifar100() {
    return resource("cifar-100.txt");
  }

  private static Labels resource(String name) {
    try (InputStream stream = Labels.class.getResourceAsStream(name);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return parse(name, reader.readAllAsString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads labels from a file. The content, not the file name, decides the form:
   *
   * <ul>
   *   <li>JSON: an array of names; an object from index to name, or from name to index ({@code
   *       class_to_idx}); an object from index to an array of identifier and name, as in the list
   *       that Keras distributes; or an object that holds one of these as {@code id2label}, {@code
   *       class_to_idx} or the like
   *   <li>lines of one form: a name; an index and a name, in any order of the indexes, with a tab,
   *       comma, semicolon, colon or space between them; an index, an identifier and a name, with
   *       tabs or commas; a name and an index, with a tab or comma; a WordNet id and names. The
   *       reader ignores a first line of headings.
   * </ul>
   *
   * <p>Numbers at the beginning of the lines are indexes if every line begins with a number. If a
   * space or colon follows the numbers, they are indexes only if each of 0, 1, … occurs once.
   *
   * @throws IOException if the file cannot be read or breaks its form; the message names the file
   *     and the line
   */
  public static Labels read(Path file) throws IOException {
    return parse(file.toString(), TextFile.read(file));
  }

  private static Labels parse(String file, String text) throws IOException {
    String start = text.stripLeading();
    Map<Integer, Entry> entries =
        file.toLowerCase(Locale.ROOT).endsWith(".json")
                || start.startsWith("{")
                || start.startsWith("[")
            ? json(file, JsonText.read(file, text))
            : LabelLines.of(file, text).entries();
    if (entries.isEmpty()) {
      throw new IOException(file + ": expected at least one label, but found none");
    }
    List<Entry> ordered = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.containsKey(i)) {
        throw new IOException(
            "%s: expected labels for 0 to %d, but found none for %d"
                .formatted(file, entries.size() - 1, i));
      }
      ordered.add(entries.get(i));
    }
    return new Labels(
        ordered.stream().map(Entry::name).toList(),
        ordered.stream().map(Entry::identifier).toList());
  }

  /** A class's label. */
  record Entry(String identifier, String name) {

    /** Creates an entry whose identifier is its name. */
    static Entry of(String name) {
      return new Entry(name, name);
    }
  }

  private static Map<Integer, Entry> json(String file, JsonNode root) throws IOException {
    Map<Integer, Entry> entries = new HashMap<>();
    if (root.isArray()) {
      for (JsonNode node : root) {
        add(entries, file, entries.size(), entry(file, node));
      }
      return entries;
    }
    if (!root.isObject()) {
      throw new IOException(
          "%s: expected a JSON array or object of labels, but found %s".formatted(file, root));
    }
    for (String key : WRAPPERS) {
      if (root.path(key).isObject() || (root.path(key).isArray() && root.path(key).size() != 2)) {
        return json(file, root.path(key));
      }
    }
    boolean byName = root.size() > 0 && root.valueStream().allMatch(JsonNode::isIntegralNumber);
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      String key = property.getKey();
      if (byName) {
        add(entries, file, index(file, property.getValue().toString()), Entry.of(key));
      } else {
        add(entries, file, index(file, key), entry(file, property.getValue()));
      }
    }
    return entries;
  }

  private static Entry entry(String file, JsonNode node) throws IOException {
    if (node.isString()) {
      return Entry.of(node.stringValue());
    }
    if (node.isArray() && node.size() == 2 && node.get(0).isString() && node.get(1).isString()) {
      return new Entry(node.get(0).stringValue(), node.get(1).stringValue());
    }
    throw new IOException(
        "%s: a label should be a name, or identifier and name, but found %s".formatted(file, node));
  }

  static int index(String place, String text) throws IOException {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IOException(
          "%s: expected an index, but found '%s'".formatted(place, text.strip()), e);
    }
  }

  static void add(Map<Integer, Entry> entries, String place, int index, Entry entry)
      throws IOException {
    if (index < 0 || index >= MOST) {
      throw new IOException(
          "%s: expected an index of 0 to %d, but found %d".formatted(place, MOST - 1, index));
    }
    if (entries.putIfAbsent(index, entry) != null) {
      throw new IOException("%s: index %d has two labels".formatted(place, index));
    }
  }

  /** Returns the number of classes. */
  public int size() {
    return names.size();
  }

  /**
   * Returns a class's name.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public String name(int index) {
    return names.get(index);
  }

  /**
   * Returns a class's identifier.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public String identifier(int index) {
    return identifiers.get(index);
  }

  /**
   * Finds the index of the class with this identifier, or else of the first class with this name.
   */
  public OptionalInt indexOf(String identifierOrName) {
    int index = identifiers.indexOf(identifierOrName);
    index = index >= 0 ? index : names.indexOf(identifierOrName);
    return index >= 0 ? OptionalInt.of(index) : OptionalInt.empty();
  }

  /**
   * Finds the indexes of the classes with these identifiers, to report results on a subset of the
   * classes.
   */
  public IntStream indexesOf(List<String> wanted) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < identifiers.size(); i++) {
      positions.put(identifiers.get(i), i);
    }
    return wanted.stream()
        .mapToInt(id -> {
          Integer index = positions.get(id);
          if (index == null) {
            throw new IllegalArgumentException("no class has the identifier '" + id + "'");
          }
          return index;
        });
  }
}
