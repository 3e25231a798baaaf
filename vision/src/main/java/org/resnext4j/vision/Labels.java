package org.resnext4j.vision;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The names of a classifier's classes, in the order of its outputs.
 *
 * @param names for people; two classes may share one (ImageNet has two cranes)
 * @param identifiers for machines, as many: WordNet ids for ImageNet, otherwise the names
 */
public record Labels(List<String> names, List<String> identifiers) {

  /** More classes than any label set has; a file with more is not one. */
  private static final int MOST = 1_000_000;

  /**
   * Copies both lists.
   *
   * @throws IllegalArgumentException if they differ in length
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

  /** Classes known by their names alone. */
  public static Labels of(List<String> names) {
    return new Labels(names, names);
  }

  /** The 1000 classes of ImageNet-1K in their usual order, with WordNet ids. */
  public static Labels imagenet() {
    return resource("imagenet-1k.tsv");
  }

  /** The ten classes of CIFAR-10 in the order of its binary files, which is alphabetical. */
  public static Labels cifar10() {
    return resource("cifar-10.txt");
  }

  /** The hundred classes of CIFAR-100 in the order of its binary files, which is alphabetical. */
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
   * Reads labels from a file, its form known by its ending.
   *
   * <ul>
   *   <li>{@code .json}: an array of names; an object from index to name; or, as in the list that
   *       Keras made common, from index to an array of identifier and name
   *   <li>{@code .tsv}: lines of name; index and name; or index, identifier and name
   *   <li>anything else: a name a line
   * </ul>
   *
   * @throws IOException if it cannot be read or is not of its form; the message names file and line
   */
  public static Labels read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": labels should be UTF-8 text, but found other bytes", e);
    }
    return parse(file.toString(), text);
  }

  private static Labels parse(String file, String text) throws IOException {
    String lower = file.toLowerCase(Locale.ROOT);
    Map<Integer, Entry> entries =
        lower.endsWith(".json") ? json(file, text) : lines(file, text, lower.endsWith(".tsv"));
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

  private record Entry(String identifier, String name) {}

  private static Map<Integer, Entry> lines(String file, String text, boolean tabs)
      throws IOException {
    Map<Integer, Entry> entries = new HashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String[] fields = tabs ? line.strip().split("\t", -1) : new String[] {line.strip()};
      String place = file + ":" + number;
      if (fields.length > 3) {
        throw new IOException(
            place + ": expected 1 to 3 fields separated by tabs, but found " + fields.length);
      }
      String name = fields[fields.length - 1].strip();
      String identifier = fields.length == 3 ? fields[1].strip() : name;
      int index = fields.length == 1 ? entries.size() : index(place, fields[0]);
      add(entries, place, index, new Entry(identifier, name));
    }
    return entries;
  }

  private static Map<Integer, Entry> json(String file, String text) throws IOException {
    JsonNode root;
    try {
      root = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new IOException(file + ": expected JSON, but found: " + e.getOriginalMessage(), e);
    }
    Map<Integer, Entry> entries = new HashMap<>();
    if (root.isArray()) {
      for (JsonNode node : root) {
        add(entries, file, entries.size(), entry(file, node));
      }
    } else if (root.isObject()) {
      for (Map.Entry<String, JsonNode> property : root.properties()) {
        add(entries, file, index(file, property.getKey()), entry(file, property.getValue()));
      }
    } else {
      throw new IOException(
          file + ": expected a JSON array or object of labels, but found " + root.getNodeType());
    }
    return entries;
  }

  private static Entry entry(String file, JsonNode node) throws IOException {
    if (node.isString()) {
      return new Entry(node.stringValue(), node.stringValue());
    }
    if (node.isArray() && node.size() == 2 && node.get(0).isString() && node.get(1).isString()) {
      return new Entry(node.get(0).stringValue(), node.get(1).stringValue());
    }
    throw new IOException(
        "%s: a label should be a name, or identifier and name, but found %s".formatted(file, node));
  }

  private static int index(String place, String text) throws IOException {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IOException(
          "%s: expected an index, but found '%s'".formatted(place, text.strip()), e);
    }
  }

  private static void add(Map<Integer, Entry> entries, String place, int index, Entry entry)
      throws IOException {
    if (index < 0 || index >= MOST) {
      throw new IOException(
          "%s: expected an index of 0 to %d, but found %d".formatted(place, MOST - 1, index));
    }
    if (entries.putIfAbsent(index, entry) != null) {
      throw new IOException("%s: index %d has two labels".formatted(place, index));
    }
  }

  /** Number of classes. */
  public int size() {
    return names.size();
  }

  /**
   * A class's name.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public String name(int index) {
    return names.get(index);
  }

  /**
   * A class's identifier.
   *
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public String identifier(int index) {
    return identifiers.get(index);
  }

  /** The class with this identifier, or else the first with this name. */
  public OptionalInt indexOf(String identifierOrName) {
    int index = identifiers.indexOf(identifierOrName);
    index = index >= 0 ? index : names.indexOf(identifierOrName);
    return index >= 0 ? OptionalInt.of(index) : OptionalInt.empty();
  }

  /** The classes with these identifiers, by index: for results restricted to a subset. */
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
