package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.storage.Json;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A folder with weights: the folder of a training run or the download of a model hub. The reader
 * takes the best model of a training run. A hub's folder contains {@code config.json} (timm's, or
 * Transformers' with {@code preprocessor_config.json}) and one weight file, or several weight files
 * with an index. The files may be symbolic links, as in a hub's cache.
 */
final class HubFolder {

  private static final long LARGEST_JSON = 64 << 20;

  /**
   * The limit for the side of a picture, in pixels. No network of the family uses larger pictures.
   */
  private static final int LARGEST_SIDE = 1 << 14;

  private static final List<String> WHOLE =
      List.of("model.safetensors", "pytorch_model.bin", "open_clip_pytorch_model.bin");

  private final Path folder;

  HubFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the weight files: one file, or all files that the index names. The method prefers
   * safetensors to pickles, and a whole file to shards.
   *
   * @throws WeightFileException if the folder has no weight file, or lacks a file that the index
   *     names
   */
  List<Path> files() throws IOException {
    Path best = folder.resolve(RunFiles.BEST);
    if (Files.isRegularFile(best) && Files.isRegularFile(folder.resolve(RunFiles.DESCRIPTION))) {
      return List.of(best);
    }
    for (String whole : WHOLE) {
      Path file = folder.resolve(whole);
      if (Files.isRegularFile(file)) {
        return List.of(file);
      }
      Path index = folder.resolve(whole + ".index.json");
      if (Files.isRegularFile(index)) {
        return shards(index);
      }
    }
    throw new WeightFileException(
        folder,
        "a weight file was expected, but this is a folder without one of %s (or its .index.json)"
            .formatted(WHOLE));
  }

  private List<Path> shards(Path index) throws IOException {
    JsonNode map = json(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new WeightFileException(
          index, "'weight_map' must name the file of each tensor, but is " + shown(map));
    }
    Set<String> names = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      names.add(text(index, "weight_map." + entry.getKey(), entry.getValue()));
    }
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      // Only plain names: a hostile index must not lead out of the folder.
      boolean plain = !name.isEmpty() && !name.equals("..") && name.matches("[^/\\\\:\\x00]+");
      if (!plain) {
        throw new WeightFileException(
            index, "'weight_map' must name files of this folder, but has '%s'".formatted(name));
      }
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new WeightFileException(index, "it names '%s', which is not here".formatted(name));
      }
      files.add(folder.resolve(name));
    }
    return files;
  }

  /** Returns the configuration's labels and preprocessing under this software's metadata keys. */
  Map<String, String> metadata() throws IOException {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    Path file = folder.resolve("config.json");
    JsonNode config = optional(file);
    ArrayNode labels = labels(file, config);
    if (!labels.isEmpty()) {
      metadata.put(ModelMetadata.LABELS, labels.toString());
    }
    String architecture = config.path("architecture").asString("");
    if (Presets.all().stream().anyMatch(preset -> preset.name().equals(architecture))) {
      metadata.put(ModelMetadata.MODEL, architecture); // No tensor reveals the smoothing.
    }
    preprocessing(file, config)
        .ifPresent(steps -> metadata.put(ModelMetadata.PREPROCESSING, steps.toString()));
    return metadata;
  }

  private static JsonNode optional(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Json.MAPPER.createObjectNode();
    }
    JsonNode config = json(file);
    if (!config.isObject()) {
      throw new WeightFileException(file, "it must be a JSON object, but is " + shown(config));
    }
    return config;
  }

  /** Returns the labels from timm's list of names or Transformers' map from numbers to names. */
  private static ArrayNode labels(Path file, JsonNode config) throws WeightFileException {
    ArrayNode labels = Json.MAPPER.createArrayNode();
    JsonNode own = config.path("label_names");
    JsonNode names = own.isArray() ? own : config.path("pretrained_cfg").path("label_names");
    for (JsonNode name : names) {
      labels.add(text(file, "label_names", name));
    }
    if (!labels.isEmpty()) {
      return labels;
    }
    TreeMap<Integer, String> byNumber = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : config.path("id2label").properties()) {
      String key = entry.getKey();
      if (!key.matches("\\d{1,7}")) {
        throw new WeightFileException(
            file, "'id2label' must map numbers to names, but has the key '%s'".formatted(key));
      }
      byNumber.put(Integer.valueOf(key), text(file, "id2label." + key, entry.getValue()));
    }
    if (!byNumber.isEmpty() && byNumber.lastKey() != byNumber.size() - 1) {
      throw new WeightFileException(
          file,
          "'id2label' must name the classes 0 to %d without a gap, but names %d"
              .formatted(byNumber.lastKey(), byNumber.size()));
    }
    byNumber.values().forEach(labels::add);
    return labels;
  }

  /** Returns the preprocessing from timm's fields or Transformers' fields. */
  private Optional<ObjectNode> preprocessing(Path file, JsonNode config) throws IOException {
    JsonNode timm = config.has("pretrained_cfg") ? config.path("pretrained_cfg") : config;
    if (timm.path("input_size").size() == 3 && timm.has("mean")) {
      int crop = side(file, "input_size", timm.path("input_size").get(2));
      int resize = resize(file, crop, timm.path("crop_pct"));
      String filter = timm.path("interpolation").asString("bilinear");
      return Optional.of(
          steps(
              resize,
              crop,
              filter.equals("random") ? "bilinear" : filter,
              colours(file, "mean", timm.path("mean"), false),
              colours(file, "std", timm.path("std"), true)));
    }
    Path beside = folder.resolve("preprocessor_config.json");
    JsonNode processor = optional(beside);
    if (processor.has("image_mean")) {
      JsonNode size = processor.path("size");
      JsonNode shortest =
          size.has("shortest_edge") ? size.get("shortest_edge") : size.path("height");
      JsonNode given = size.isObject() ? shortest : size;
      int crop = given.isMissingNode() ? 224 : side(beside, "size", given);
      // Transformers' processor of these networks, ConvNextImageProcessor, crops only below 384.
      int resize = crop < 384 ? resize(beside, crop, processor.path("crop_pct")) : crop;
      return Optional.of(
          steps(
              resize,
              crop,
              processor.path("resample").asInt(2) == 3 ? "bicubic" : "bilinear",
              colours(beside, "image_mean", processor.path("image_mean"), false),
              colours(beside, "image_std", processor.path("image_std"), true)));
    }
    return Optional.empty();
  }

  private static ObjectNode steps(
      int resize, int crop, String interpolation, ArrayNode mean, ArrayNode deviation) {
    ObjectNode steps = Json.MAPPER.createObjectNode();
    steps.put("resize", resize);
    steps.put("crop", crop);
    steps.put("interpolation", interpolation);
    steps.set("mean", mean);
    steps.set("deviation", deviation);
    return steps;
  }

  private static int side(Path file, String field, JsonNode value) throws WeightFileException {
    boolean possible = value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0;
    if (!possible || value.intValue() > LARGEST_SIDE) {
      throw new WeightFileException(
          file,
          "'%s' must be 1 to %d pixels, but has %s".formatted(field, LARGEST_SIDE, shown(value)));
    }
    return value.intValue();
  }

  /** Returns the side before the crop. A missing share counts as 1. */
  private static int resize(Path file, int crop, JsonNode share) throws WeightFileException {
    if (share.isMissingNode() || share.isNull()) {
      return crop;
    }
    double part = share.isNumber() ? share.doubleValue() : Double.NaN;
    if (!(part > 0 && part <= 1) || crop / part > LARGEST_SIDE) {
      throw new WeightFileException(
          file, "'crop_pct' must be above 0 and at most 1, but is " + shown(share));
    }
    return (int) Math.floor(crop / part);
  }

  /** Returns one number for each channel. */
  private static ArrayNode colours(Path file, String field, JsonNode from, boolean positive)
      throws WeightFileException {
    ArrayNode colours = Json.MAPPER.createArrayNode();
    for (JsonNode value : from) {
      double number = value.isNumber() ? value.doubleValue() : Double.NaN;
      if (!Double.isFinite(number) || (positive && number <= 0)) {
        throw new WeightFileException(
            file,
            "'%s' must hold %s numbers, but has %s"
                .formatted(field, positive ? "positive" : "finite", shown(value)));
      }
      colours.add(number);
    }
    if (colours.size() != 1 && colours.size() != 3) {
      throw new WeightFileException(
          file,
          "'%s' must hold 3 numbers, or 1 for grey pictures, but is %s"
              .formatted(field, shown(from)));
    }
    return colours;
  }

  private static String text(Path file, String field, JsonNode value) throws WeightFileException {
    if (!value.isString()) {
      throw new WeightFileException(
          file, "'%s' must be a text, but is %s".formatted(field, shown(value)));
    }
    return value.stringValue();
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "absent" : value.toString();
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }

  private static JsonNode json(Path file) throws IOException {
    if (Files.size(file) > LARGEST_JSON) {
      throw new WeightFileException(
          file, "it has more than %d bytes, which no such file needs".formatted(LARGEST_JSON));
    }
    try {
      String text = Files.readString(file);
      return Json.read(file, "it", text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw new WeightFileException(file, "it is not valid UTF-8", e);
    }
  }
}
