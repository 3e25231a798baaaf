package org.resnext4j.training.recipe;

import java.util.Map;
import org.resnext4j.vision.text.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Recipes of any task as JSON objects: a record's components are the fields. */
public final class RecipeJson {

  /** Refuses unknown and missing fields. */
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private RecipeJson() {}

  /**
   * Reads what {@link #write} wrote.
   *
   * @param source named in messages
   * @throws IllegalArgumentException if it is not a recipe of the type
   */
  public static <T extends Record> T read(String json, Class<T> type, String source) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(source, JsonText.problem(e)), e);
    }
  }

  /** The whole recipe as JSON. */
  public static String write(Record recipe) {
    return MAPPER.writeValueAsString(recipe);
  }

  /**
   * A recipe with some fields changed.
   *
   * @param name of the recipe, for messages
   * @param changes values as JSON (a bare word counts as text) by field, a field within another
   *     after a dot
   * @throws IllegalArgumentException if there is no such field or it cannot have the value
   */
  public static <T extends Record> T with(
      T recipe, Class<T> type, String name, Map<String, String> changes) {
    ObjectNode tree = MAPPER.valueToTree(recipe);
    changes.forEach((path, value) -> set(tree, name, path, value));
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(name, JsonText.problem(e)), e);
    }
  }

  private static void set(ObjectNode tree, String name, String path, String value) {
    ObjectNode node = tree;
    String[] steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      if (!(node.path(steps[i]) instanceof ObjectNode inner)) {
        throw unknown(tree, name, path);
      }
      node = inner;
    }
    String field = steps[steps.length - 1];
    if (!node.has(field)) {
      throw unknown(tree, name, path);
    }
    node.set(field, json(value));
  }

  private static IllegalArgumentException unknown(ObjectNode tree, String name, String path) {
    return new IllegalArgumentException(
        "recipe %s has no field '%s'; its fields are %s"
            .formatted(name, path, tree.propertyNames()));
  }

  private static JsonNode json(String value) {
    try {
      return MAPPER.readTree(value);
    } catch (JacksonException e) {
      return MAPPER.getNodeFactory().stringNode(value);
    }
  }
}
