package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.models.weights.AtomicFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes COCO's annotations: one JSON object with the lists {@code images}, {@code
 * annotations} and {@code categories}. A box consists of left, top, width and height.
 */
public final class CocoJson {

  private CocoJson() {}

  /**
   * Reads a file, one record at a time.
   *
   * @throws IOException if the file cannot be read or holds no such object
   */
  public static Annotations read(Path file) throws IOException {
    Reader reader = new Reader();
    JsonRecords.object(
        file,
        Map.of(
            "images", reader::image,
            "annotations", reader::annotation,
            "categories", reader::category));
    return reader.finish();
  }

  /**
   * Writes a file atomically.
   *
   * @return the data that the format cannot express: marks of difficult boxes
   * @throws IOException if writing fails
   */
  public static Remarks write(Path file, Annotations annotations) throws IOException {
    Remarks remarks = new Remarks();
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ArrayNode images = root.putArray("images");
    ArrayNode boxes = root.putArray("annotations");
    ArrayNode categories = root.putArray("categories");
    for (Category category : annotations.categories()) {
      categories.addObject().put("id", category.id()).put("name", category.name());
    }
    for (Picture picture : annotations.pictures()) {
      images
          .addObject()
          .put("id", picture.id())
          .put("file_name", picture.file())
          .put("height", picture.height())
          .put("width", picture.width());
      for (TrueBox object : picture.objects()) {
        if (object.difficult()) {
          remarks.add(Remarks.Kind.DIFFICULT_NOT_WRITTEN, picture.file());
        }
        Rectangle box = object.box();
        ObjectNode written =
            boxes
                .addObject()
                .put("id", boxes.size())
                .put("image_id", picture.id())
                .put("category_id", object.category())
                .put("area", object.area())
                .put("iscrowd", object.crowd() ? 1 : 0);
        written.putArray("bbox").add(box.left()).add(box.top()).add(box.width()).add(box.height());
      }
    }
    AtomicFile.write(file, JsonMapper.shared().writeValueAsBytes(root));
    return remarks;
  }

  /** The box of a node; empty unless the node holds four valid numbers. */
  static Optional<Rectangle> rectangle(JsonNode node) {
    if (!node.isArray() || node.size() != 4) {
      return Optional.empty();
    }
    double[] numbers = new double[4];
    for (int i = 0; i < numbers.length; i++) {
      if (!node.get(i).isNumber()) {
        return Optional.empty();
      }
      numbers[i] = node.get(i).asDouble();
    }
    try {
      return Optional.of(new Rectangle(numbers[0], numbers[1], numbers[2], numbers[3]));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The name by which remarks refer to a record. */
  private static String label(JsonNode node, String what) {
    JsonNode id = node.path("id");
    String shown = id.isMissingNode() ? "without id" : id.toString();
    return what + " " + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown);
  }

  /**
   * Collects the records of all lists and joins them at the end, because the lists may appear in
   * any order.
   */
  private static final class Reader {

    private record Image(String file, int height, int width, List<TrueBox> objects) {}

    private record Box(String label, long picture, TrueBox object) {}

    private final Remarks remarks = new Remarks();
    private final SequencedMap<Long, Image> images = new LinkedHashMap<>();
    private final SequencedMap<Integer, Category> categories = new LinkedHashMap<>();
    private final Set<String> categoryNames = new HashSet<>();
    private final List<Box> boxes = new ArrayList<>();

    void image(JsonNode node) {
      String name = node.path("file_name").asString("");
      int height = node.path("height").asInt(0);
      int width = node.path("width").asInt(0);
      if (!isLong(node.path("id")) || name.isEmpty() || height < 1 || width < 1) {
        remarks.add(Remarks.Kind.MALFORMED_PICTURE, label(node, "picture"));
        return;
      }
      Image image = new Image(name, height, width, new ArrayList<>());
      if (images.putIfAbsent(node.path("id").asLong(), image) != null) {
        remarks.add(Remarks.Kind.REPEATED_PICTURE, label(node, "picture"));
      }
    }

    void category(JsonNode node) {
      String name = node.path("name").asString("");
      JsonNode id = node.path("id");
      boolean usable = id.isInt() && !name.isEmpty();
      if (!usable || categories.containsKey(id.asInt()) || !categoryNames.add(name)) {
        remarks.add(Remarks.Kind.REPEATED_CATEGORY, label(node, "category"));
        return;
      }
      categories.put(id.asInt(), new Category(id.asInt(), name));
    }

    void annotation(JsonNode node) {
      String label = label(node, "box");
      if (!isLong(node.path("image_id"))) {
        remarks.add(Remarks.Kind.UNKNOWN_PICTURE, label);
        return;
      }
      if (!node.path("category_id").isInt()) {
        remarks.add(Remarks.Kind.UNKNOWN_CATEGORY, label);
        return;
      }
      Optional<Rectangle> box = rectangle(node.path("bbox"));
      if (box.isEmpty()) {
        remarks.add(Remarks.Kind.MALFORMED_BOX, label);
        return;
      }
      if (!node.path("segmentation").isEmpty()) {
        remarks.add(Remarks.Kind.OUTLINE, label);
      }
      double area = node.path("area").asDouble(box.get().area());
      boolean crowd = node.path("iscrowd").asInt(0) != 0;
      TrueBox object = new TrueBox(node.path("category_id").asInt(), box.get(), area, crowd, false);
      boxes.add(new Box(label, node.path("image_id").asLong(), object));
    }

    Annotations finish() {
      for (Box box : boxes) {
        Image image = images.get(box.picture());
        if (image == null) {
          remarks.add(Remarks.Kind.UNKNOWN_PICTURE, box.label());
        } else if (!categories.containsKey(box.object().category())) {
          remarks.add(Remarks.Kind.UNKNOWN_CATEGORY, box.label());
        } else {
          remarks.addBox(box.label(), box.object(), image.height(), image.width());
          image.objects().add(box.object());
        }
      }
      List<Picture> pictures = new ArrayList<>();
      for (Map.Entry<Long, Image> entry : images.entrySet()) {
        Image image = entry.getValue();
        if (image.objects().isEmpty()) {
          remarks.add(Remarks.Kind.NO_BOX, image.file());
        }
        pictures.add(
            new Picture(
                entry.getKey(), image.file(), image.height(), image.width(), image.objects()));
      }
      return new Annotations(List.copyOf(categories.values()), pictures, remarks);
    }

    private static boolean isLong(JsonNode node) {
      return node.isIntegralNumber() && node.canConvertToLong();
    }
  }
}
