package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.resnext4j.models.weights.AtomicFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes detections in COCO's results format. */
public final class Detections {

  private Detections() {}

  /**
   * A box that a detector found.
   *
   * @param picture number of the picture
   * @param category number of the category
   * @param box the box in pixels
   * @param score the detector's confidence; only the order of scores matters
   */
  public record Detection(long picture, int category, Rectangle box, double score) {

    /**
     * Checks the score.
     *
     * @throws IllegalArgumentException if the score is not finite
     */
    public Detection {
      if (!Double.isFinite(score)) {
        throw new IllegalArgumentException(
            "the score of a box must be a finite number, but is " + score);
      }
    }
  }

  /**
   * Reads COCO's results: a list of objects with {@code image_id}, {@code category_id}, {@code
   * bbox} and {@code score}.
   *
   * @throws IOException if the file cannot be read or a record is no such object
   */
  public static List<Detection> read(Path file) throws IOException {
    List<Detection> detections = new ArrayList<>();
    List<Integer> bad = new ArrayList<>();
    JsonRecords.list(
        file,
        node -> {
          Optional<Detection> detection = detection(node);
          detection.ifPresent(detections::add);
          if (detection.isEmpty() && bad.isEmpty()) {
            bad.add(detections.size());
          }
        });
    if (!bad.isEmpty()) {
      throw new IOException(
          "%s: result %d needs whole numbers image_id and category_id, a bbox of four numbers and a"
                  .formatted(file, bad.getFirst())
              + " score");
    }
    return detections;
  }

  private static Optional<Detection> detection(JsonNode node) {
    Optional<Rectangle> box = CocoJson.rectangle(node.path("bbox"));
    double score = node.path("score").asDouble(Double.NaN);
    if (box.isEmpty()
        || !node.path("image_id").canConvertToLong()
        || !node.path("category_id").isInt()
        || !Double.isFinite(score)) {
      return Optional.empty();
    }
    return Optional.of(
        new Detection(
            node.path("image_id").asLong(), node.path("category_id").asInt(), box.get(), score));
  }

  /**
   * Writes COCO's results atomically.
   *
   * @throws IOException if writing fails
   */
  public static void write(Path file, List<Detection> detections) throws IOException {
    AtomicFile.write(file, json(detections));
  }

  /** Formats detections as COCO's results. */
  public static String json(List<Detection> detections) {
    ArrayNode list = JsonMapper.shared().createArrayNode();
    for (Detection detection : detections) {
      ObjectNode node =
          list.addObject()
              .put("image_id", detection.picture())
              .put("category_id", detection.category())
              .put("score", detection.score());
      Rectangle box = detection.box();
      node.putArray("bbox").add(box.left()).add(box.top()).add(box.width()).add(box.height());
    }
    return JsonMapper.shared().writeValueAsString(list);
  }
}
