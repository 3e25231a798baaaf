package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.resnext4j.models.Presets;
import org.resnext4j.models.weights.storage.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder as model hubs hand it out: {@code config.json} (timm's or Transformers', with {@code
 * preprocessor_config.json}) beside one weight file, or several with an index.
 */
final class HubFolder {

  private static final long LARGEST_JSON = 64 << 20;

  private static final List<String> WHOLE =
      List.of("model.safetensors", "pytorch_model.bin", "open_clip_pytorch_model.bin");

  private final Path folder;

  HubFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The weight files: one, or all that the index names.
   *
   * @throws WeightFileException if there is none, or one that the index names is absent
   */
  List<Path> files() throws IOException {
    for (String whole : WHOLE) {
      Path index = folder.resolve(whole + ".index.json");
      if (Files.isRegularFile(index)) {
        return shards(index);
      }
      Path file = folder.resolve(whole);
      if (Files.isRegularFile(file)) {
        return List.of(file);
      }
    }
    throw new WeightFileException(
        folder,
        "a weight file was expected, but this is a folder without one of %s (or its .index.json)"
            .formatted(WHOLE));
  }

  private List<Path> shards(Path index) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> entry : json(index).path("weight_map").properties()) {
      names.add(entry.getValue().asString(""));
    }
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      // A name alone: the index of a stranger must not lead out of the folder.
      boolean plain = !name.isEmpty() && !name.contains("/") && !name.contains("\\");
      if (!plain || name.equals("..") || !Files.isRegularFile(folder.resolve(name))) {
        throw new WeightFileException(index, "it names '%s', which is not here".formatted(name));
      }
      files.add(folder.resolve(name));
    }
    if (files.isEmpty()) {
      throw new WeightFileException(index, "its weight_map names no files");
    }
    return files;
  }

  /** What the configuration says of labels and preprocessing, in this software's metadata keys. */
  Map<String, String> metadata() throws IOException {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    JsonNode config = optional("config.json");
    ArrayNode labels = labels(config);
    if (!labels.isEmpty()) {
      metadata.put(ModelMetadata.LABELS, labels.toString());
    }
    String architecture = config.path("architecture").asString("");
    if (Presets.all().stream().anyMatch(preset -> preset.name().equals(architecture))) {
      metadata.put(ModelMetadata.MODEL, architecture); // Smoothing shows in no tensor.
    }
    preprocessing(config, optional("preprocessor_config.json"))
        .ifPresent(steps -> metadata.put(ModelMetadata.PREPROCESSING, steps.toString()));
    return metadata;
  }

  private JsonNode optional(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? json(file) : Json.MAPPER.createObjectNode();
  }

  private static ArrayNode labels(JsonNode config) {
    ArrayNode labels = Json.MAPPER.createArrayNode();
    JsonNode cfg = config.path("pretrained_cfg");
    JsonNode names =
        config.path("label_names").isArray() ? config.path("label_names") : cfg.path("label_names");
    names.forEach(name -> labels.add(name.asString("")));
    if (labels.isEmpty()) {
      TreeMap<Integer, String> byNumber = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : config.path("id2label").properties()) {
        try {
          byNumber.put(Integer.valueOf(entry.getKey()), entry.getValue().asString(""));
        } catch (NumberFormatException noNumber) {
          return labels;
        }
      }
      byNumber.values().forEach(labels::add);
    }
    return labels;
  }

  /** timm's fields, or Transformers'. */
  private static Optional<ObjectNode> preprocessing(JsonNode config, JsonNode processor) {
    JsonNode timm = config.has("pretrained_cfg") ? config.path("pretrained_cfg") : config;
    ObjectNode steps = Json.MAPPER.createObjectNode();
    if (timm.path("input_size").size() == 3 && timm.has("mean")) {
      int crop = timm.path("input_size").get(2).asInt(0);
      double share = timm.path("crop_pct").asDouble(1);
      steps.put("resize", (int) Math.floor(crop / share));
      steps.put("crop", crop);
      steps.put("interpolation", interpolation(timm.path("interpolation").asString("bilinear")));
      colours(steps.putArray("mean"), timm.path("mean"));
      colours(steps.putArray("deviation"), timm.path("std"));
      return Optional.of(steps);
    }
    if (processor.has("image_mean")) {
      JsonNode size = processor.path("size");
      int crop = size.path("shortest_edge").asInt(size.path("height").asInt(size.asInt(224)));
      double share = crop < 384 ? processor.path("crop_pct").asDouble(1) : 1;
      steps.put("resize", (int) (crop / share));
      steps.put("crop", crop);
      steps.put("interpolation", processor.path("resample").asInt(2) == 3 ? "bicubic" : "bilinear");
      colours(steps.putArray("mean"), processor.path("image_mean"));
      colours(steps.putArray("deviation"), processor.path("image_std"));
      return Optional.of(steps);
    }
    return Optional.empty();
  }

  private static String interpolation(String name) {
    return name.equals("random") ? "bilinear" : name;
  }

  /** One value for each channel. */
  private static void colours(ArrayNode to, JsonNode from) {
    for (JsonNode value : from) {
      to.add(value.asDouble(0));
    }
  }

  private static JsonNode json(Path file) throws IOException {
    if (Files.size(file) > LARGEST_JSON) {
      throw new WeightFileException(
          file, "it has more than %d bytes, which no such file needs".formatted(LARGEST_JSON));
    }
    try {
      return Json.MAPPER.readTree(Files.readString(file).replace("\uFEFF", ""));
    } catch (JacksonException e) {
      throw new WeightFileException(file, "it is not valid JSON", e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new WeightFileException(file, "it is not valid UTF-8", e);
    }
  }
}
