package org.resnext4j.evaluation.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.EvaluationSet.Absence;
import org.resnext4j.evaluation.EvaluationSet.Mean;
import org.resnext4j.evaluation.EvaluationSet.Scoring;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.evaluation.Picture;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.text.JsonText;
import org.resnext4j.vision.text.Lists;
import org.resnext4j.vision.text.TextFile;
import tools.jackson.databind.JsonNode;

/**
 * VizWiz-Classification: 8,900 photographs by blind people with 200 of ImageNet's classes (Bafghi
 * and Gurari, CVPR 2023).
 *
 * <p>It reads three forms of annotations. The published form is {@code {"categories": [{"id": 291,
 * "wordnet_id": "n02129165"}], "images": ["VizWiz_val_00005256.jpg"]}}; it has no labels, because
 * the challenge keeps them secret. In the second form {@code images} are objects with {@code
 * image}, {@code labels} (ids of categories) and {@code flaws}. The third form is the authors' own:
 * {@code {"VizWiz_val_00005256.jpg": {"labels": [291], "flaws": {"BLR": 1}}}}. Quality flaws may
 * also come from the VizWiz image quality annotations; a flaw counts if two or more of five people
 * saw it.
 */
final class VizWiz {

  private static final int VOTES = 2;
  private static final String ALL = "all pictures";
  private static final String CLEAN = "clean pictures";

  /** The flaws of the published evaluation in its order; a clean picture has none of them. */
  private static final SequencedMap<String, String> FLAWS = new LinkedHashMap<>();

  static {
    FLAWS.put("OBS", "obscured pictures");
    FLAWS.put("DRK", "dark pictures");
    FLAWS.put("BLR", "blurred pictures");
    FLAWS.put("BRT", "bright pictures");
    FLAWS.put("ROT", "rotated pictures");
    FLAWS.put("FRM", "badly framed pictures");
  }

  private static final String ORIGIN =
      "https://vizwiz.org/tasks-and-datasets/image-classification (annotations.json, and train.zip,"
          + " val.zip, test.zip with the pictures)";

  private VizWiz() {}

  /** The annotations of a picture. */
  private record Annotated(String image, List<Integer> ids, Optional<JsonNode> flaws) {}

  static EvaluationSet read(TaskInput input) throws IOException {
    Path file = input.annotations().orElseGet(() -> input.data().resolve("annotations.json"));
    if (!Files.exists(file)) {
      throw new DataSetException(
          "%s: expected VizWiz-Classification's annotations there, but there is no such file; they are at %s"
              .formatted(file, ORIGIN));
    }
    JsonNode root = json(file);
    SequencedMap<Integer, String> categories = categories(file, root);
    List<Annotated> annotated = images(file, root);
    Map<String, JsonNode> quality = quality(input.quality());

    List<Integer> ids = List.copyOf(categories.keySet());
    Map<Integer, Integer> position = new HashMap<>();
    ids.forEach(id -> position.put(id, position.size()));
    List<Picture> pictures = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Annotated one : annotated) {
      Optional<Path> path = find(input.data(), one.image());
      if (path.isEmpty()) {
        missing.add(one.image());
        continue;
      }
      List<Integer> labels = new ArrayList<>();
      for (int id : one.ids()) {
        if (!position.containsKey(id)) {
          throw new DataSetException(
              "%s: the label %d of %s is none of its %d categories"
                  .formatted(file, id, one.image(), ids.size()));
        }
        labels.add(position.get(id));
      }
      JsonNode votes = quality.get(one.image());
      Set<String> groups =
          one.flaws()
              .map(flaws -> groups(flaws, 1))
              .orElseGet(() -> votes == null ? Set.of(ALL) : groups(votes, VOTES));
      pictures.add(new Picture(one.image(), () -> input.reader().read(path.get()), labels, groups));
    }
    List<Absence> absent = List.of();
    if (!missing.isEmpty()) {
      absent =
          new Completeness("VizWiz-Classification", ORIGIN)
              .absent(
                  "VizWiz-Classification is incomplete: %d of the %d pictures that %s names are in %s; missing are %s"
                      .formatted(
                          pictures.size(),
                          annotated.size(),
                          file,
                          input.data(),
                          Lists.some(missing)),
                  missing.size(),
                  input.partial());
    }
    List<String> wordNetIds = List.copyOf(categories.values());
    List<String> groupNames = new ArrayList<>(List.of(ALL, CLEAN));
    groupNames.addAll(FLAWS.values());
    return new EvaluationSet(
        "VizWiz-Classification",
        new Labels(wordNetIds, wordNetIds),
        pictures,
        absent,
        List.of(new View("", wordNetIds)),
        new Scoring.Groups(
            groupNames, List.of(new Mean("corrupted pictures", List.copyOf(FLAWS.values())))));
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonText.read(file.toString(), TextFile.read(file));
  }

  /** The WordNet ids of the categories by their ids, which are indices of ImageNet-1K's classes. */
  private static SequencedMap<Integer, String> categories(Path file, JsonNode root)
      throws IOException {
    SequencedMap<Integer, String> categories = new LinkedHashMap<>();
    if (root.path("categories").isArray()) {
      for (JsonNode category : root.path("categories")) {
        if (!category.path("id").isInt() || !category.path("wordnet_id").isString()) {
          throw new DataSetException(
              "%s: expected categories with 'id' and 'wordnet_id', but found %s"
                  .formatted(file, category));
        }
        categories.put(category.path("id").intValue(), category.path("wordnet_id").stringValue());
      }
    } else {
      // In the authors' own form a second file holds the ids as keys.
      Path map = file.resolveSibling("IN_to_VizWiz.json");
      if (!Files.exists(map)) {
        throw new DataSetException(
            "%s: expected 'categories' in it or %s beside it, but found neither"
                .formatted(file, map.getFileName()));
      }
      Labels imagenet = Labels.imagenet();
      for (String key : json(map).propertyNames()) {
        if (!key.matches("\\d{1,3}")) {
          throw new DataSetException(
              "%s: expected indices of ImageNet's classes, but found '%s'".formatted(map, key));
        }
        categories.put(Integer.valueOf(key), imagenet.identifier(Integer.parseInt(key)));
      }
    }
    if (categories.isEmpty()) {
      throw new DataSetException(file + ": expected at least one category, but found none");
    }
    return categories;
  }

  private static List<Annotated> images(Path file, JsonNode root) throws IOException {
    List<Annotated> annotated = new ArrayList<>();
    if (root.path("images").isArray()) {
      for (JsonNode image : root.path("images")) {
        annotated.add(
            image.isString()
                ? new Annotated(image.stringValue(), List.of(), Optional.empty())
                : annotated(file, image.path("image").asString(""), image));
      }
    } else {
      for (Map.Entry<String, JsonNode> image : root.properties()) {
        annotated.add(annotated(file, image.getKey(), image.getValue()));
      }
    }
    return annotated;
  }

  private static Annotated annotated(Path file, String name, JsonNode image) throws IOException {
    if (name.isEmpty() || !image.path("labels").isArray()) {
      throw new DataSetException(
          "%s: expected a picture's name and its 'labels', but found %s".formatted(file, image));
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode label : image.path("labels")) {
      if (!label.isInt()) {
        throw new DataSetException(
            "%s: expected labels of %s as numbers, but found %s".formatted(file, name, label));
      }
      ids.add(label.intValue());
    }
    JsonNode flaws = image.path("flaws");
    return new Annotated(name, ids, flaws.isObject() ? Optional.of(flaws) : Optional.empty());
  }

  /** The votes on the flaws of each picture in the image quality annotations. */
  private static Map<String, JsonNode> quality(Optional<Path> source) throws IOException {
    Map<String, JsonNode> votes = new HashMap<>();
    if (source.isEmpty()) {
      return votes;
    }
    List<Path> files;
    if (Files.isDirectory(source.get())) {
      try (Stream<Path> children = Files.list(source.get())) {
        files = children.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      }
    } else {
      files = List.of(source.get());
    }
    for (Path file : files) {
      for (JsonNode picture : json(file)) {
        if (picture.path("flaws").isObject()) {
          votes.put(picture.path("image").asString(""), picture.path("flaws"));
        }
      }
    }
    if (votes.isEmpty()) {
      throw new DataSetException(
          "%s: expected pictures with 'image' and 'flaws', but found none".formatted(source.get()));
    }
    return votes;
  }

  private static Set<String> groups(JsonNode flaws, int enough) {
    Set<String> groups = new HashSet<>(Set.of(ALL));
    FLAWS.forEach((code, group) -> {
      if (value(flaws.path(code)) >= enough) {
        groups.add(group);
      }
    });
    // "No flaw" may be an answer of its own; without it a picture is clean if it has no flaw.
    boolean clean = flaws.has("NON") ? value(flaws.path("NON")) >= enough : groups.size() == 1;
    if (clean) {
      groups.add(CLEAN);
    }
    return groups;
  }

  private static int value(JsonNode node) {
    return node.isBoolean() ? (node.booleanValue() ? 1 : 0) : node.asInt(0);
  }

  private static Optional<Path> find(Path data, String image) throws DataSetException {
    for (Path folder :
        List.of(
            data.resolve("images"),
            data,
            data.resolve("images/train"),
            data.resolve("images/val"),
            data.resolve("images/test"))) {
      Path file = folder.resolve(image).normalize();
      if (!file.startsWith(folder.normalize())) {
        throw new DataSetException(
            "a picture's name must stay in the data set's folder, but was '%s'".formatted(image));
      }
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
