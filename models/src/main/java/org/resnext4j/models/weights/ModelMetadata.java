package org.resnext4j.models.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.Attention;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.BlockKind;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.Smoothing;
import org.resnext4j.models.Stem;
import org.resnext4j.models.Variant;
import org.resnext4j.models.weights.storage.Json;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Converts a model's card and fields to the metadata of a safetensors file, and back. */
final class ModelMetadata {

  static final String MODEL = "resnext4j.model";
  static final String LABELS = "resnext4j.labels";
  static final String PREPROCESSING = "resnext4j.preprocessing";
  private static final String PROVENANCE = "resnext4j.provenance";

  private ModelMetadata() {}

  static SequencedMap<String, String> write(ModelFile file) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt"); // Other readers require this mark of PyTorch's names and layout.
    metadata.put(MODEL, describe(file.model()));
    ModelCard card = file.card();
    if (!card.labels().isEmpty()) {
      ArrayNode labels = Json.MAPPER.createArrayNode();
      card.labels().forEach(labels::add);
      metadata.put(LABELS, Json.MAPPER.writeValueAsString(labels));
    }
    card.preprocessingJson().ifPresent(json -> metadata.put(PREPROCESSING, json));
    if (!card.provenance().isEmpty()) {
      ObjectNode provenance = Json.MAPPER.createObjectNode();
      card.provenance().forEach(provenance::put);
      metadata.put(PROVENANCE, Json.MAPPER.writeValueAsString(provenance));
    }
    return metadata;
  }

  /**
   * Returns a preset's name if it determines every field except the classes; otherwise every field
   * as JSON.
   */
  private static String describe(ResNeXt model) {
    try {
      if (ResNeXt.preset(model.name()).withClasses(model.classes()).equals(model)) {
        return model.name();
      }
    } catch (IllegalArgumentException noPreset) {
      // The fields below describe the network.
    }
    ObjectNode fields = Json.MAPPER.createObjectNode();
    fields.put("name", model.name());
    fields.put("stem", model.stem().name());
    fields.put("kind", model.kind().name());
    ArrayNode stages = fields.putArray("stages");
    model.stages().forEach(stages::add);
    fields.put("stemChannels", model.stemChannels());
    fields.put("cardinality", model.cardinality());
    fields.put("width", model.width());
    fields.put("shortcut", model.shortcut().name());
    fields.put("form", model.form().name());
    if (!model.variant().equals(Variant.PAPER)) {
      ObjectNode variant = fields.putObject("variant");
      variant.put("attention", model.variant().attention().name());
      variant.put("smoothing", model.variant().smoothing().name());
      variant.put("activation", model.variant().activation().name());
      variant.put("doubling", model.variant().doubling().name());
    }
    fields.put("inputChannels", model.inputChannels());
    fields.put("classes", model.classes());
    return Json.MAPPER.writeValueAsString(fields);
  }

  /**
   * Returns the network that the metadata name, if they name one.
   *
   * @param classes the number of classes of the tensors, for a preset's name
   */
  static Optional<ResNeXt> model(WeightFile file, int classes) throws WeightFileException {
    String text = file.metadata().get(MODEL);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.startsWith("{")
              ? described(tree(file, MODEL, ""))
              : ResNeXt.preset(text).withClasses(classes));
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(
          file.path(), "its metadata '%s' cannot be used: %s".formatted(MODEL, e.getMessage()), e);
    }
  }

  private static ResNeXt described(JsonNode fields) {
    List<Integer> stages = new ArrayList<>();
    for (JsonNode blocks : fields.path("stages")) {
      stages.add(number("stages", blocks));
    }
    return new ResNeXt(
        text(fields, "name"),
        constant(fields, "stem", Stem.class),
        constant(fields, "kind", BlockKind.class),
        stages,
        number(fields, "stemChannels"),
        number(fields, "cardinality"),
        number(fields, "width"),
        constant(fields, "shortcut", Shortcut.class),
        constant(fields, "form", BlockForm.class),
        variant(fields),
        number(fields, "inputChannels"),
        number(fields, "classes"));
  }

  private static Variant variant(JsonNode fields) {
    if (!fields.has("variant")) {
      return Variant.PAPER;
    }
    JsonNode variant = fields.get("variant");
    return new Variant(
        constant(variant, "attention", Attention.class),
        constant(variant, "smoothing", Smoothing.class),
        constant(variant, "activation", Variant.Activation.class),
        constant(variant, "doubling", Variant.Doubling.class));
  }

  private static String text(JsonNode fields, String field) {
    JsonNode value = fields.path(field);
    if (!value.isString()) {
      throw wrong(field, "a text", value);
    }
    return value.stringValue();
  }

  private static int number(JsonNode fields, String field) {
    return number(field, fields.path(field));
  }

  private static int number(String field, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(field, "a whole number", value);
    }
    return value.intValue();
  }

  private static <E extends Enum<E>> E constant(JsonNode fields, String field, Class<E> type) {
    E[] constants = type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> constant.name().equals(fields.path(field).asString("")))
        .findFirst()
        .orElseThrow(() -> wrong(field, "one of " + List.of(constants), fields.path(field)));
  }

  private static IllegalArgumentException wrong(String field, String expected, JsonNode found) {
    return new IllegalArgumentException(
        "'%s' must be %s, but is %s"
            .formatted(field, expected, found.isMissingNode() ? "absent" : found));
  }

  /** Returns the card of a model. Fields without metadata are empty. */
  static ModelCard card(WeightFile file, ResNeXt model) throws WeightFileException {
    Map<String, String> metadata = file.metadata();
    List<String> labels = new ArrayList<>();
    for (JsonNode label : tree(file, LABELS, "[]")) {
      labels.add(text(file, LABELS, label));
    }
    if (!labels.isEmpty() && labels.size() != model.classes()) {
      throw new WeightFileException(
          file.path(),
          "it names %d labels for %d classes".formatted(labels.size(), model.classes()));
    }
    SequencedMap<String, String> provenance = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : tree(file, PROVENANCE, "{}").properties()) {
      provenance.put(entry.getKey(), text(file, PROVENANCE, entry.getValue()));
    }
    Optional<String> preprocessing = Optional.ofNullable(metadata.get(PREPROCESSING));
    return new ModelCard(model.name(), labels, preprocessing, provenance);
  }

  private static JsonNode tree(WeightFile file, String key, String empty)
      throws WeightFileException {
    String text = file.metadata().getOrDefault(key, empty);
    return Json.read(file.path(), "its metadata '%s'".formatted(key), text);
  }

  private static String text(WeightFile file, String key, JsonNode node)
      throws WeightFileException {
    if (!node.isString()) {
      throw new WeightFileException(
          file.path(), "its metadata '%s' must hold texts, but has %s".formatted(key, node));
    }
    return node.stringValue();
  }
}
