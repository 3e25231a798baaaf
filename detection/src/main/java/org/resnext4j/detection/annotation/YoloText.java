package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.text.TextFile;

/**
 * Reads and writes YOLO's annotations: a folder with {@code images/NAME.jpg}, {@code
 * labels/NAME.txt} and {@code classes.txt}. Each line is a box: its class (from 0), followed by its
 * centre and size as fractions of the picture's width and height. A picture without a label file
 * has no boxes.
 */
public final class YoloText {

  private static final int FIELDS = 5;

  private YoloText() {}

  /**
   * Reads a folder. The reader decodes the pictures, because the labels do not hold their sizes.
   *
   * @param reader reads the pictures
   * @throws IOException if a part of the folder is missing or cannot be read
   */
  public static Annotations read(Path folder, ImageReader reader) throws IOException {
    List<Category> categories = new ArrayList<>();
    for (String line : TextFile.lines(folder.resolve("classes.txt"))) {
      if (!line.isBlank()) {
        categories.add(new Category(categories.size(), line.strip()));
      }
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.resolve("images"))) {
      found.forEach(files::add);
    }
    files.sort(null);
    Remarks remarks = new Remarks();
    List<Picture> pictures = new ArrayList<>();
    Set<String> stems = new HashSet<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      stems.add(FileStem.of(name));
      try {
        Image image = reader.read(file);
        Path labels = folder.resolve("labels", FileStem.of(name) + ".txt");
        List<String> lines = Files.exists(labels) ? TextFile.lines(labels) : List.of();
        List<TrueBox> boxes = boxes(name, lines, image, categories.size(), remarks);
        pictures.add(new Picture(pictures.size() + 1, name, image.height(), image.width(), boxes));
      } catch (ImageException _) {
        remarks.add(Remarks.Kind.MALFORMED_PICTURE, name);
      }
    }
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(folder.resolve("labels"), "*.txt")) {
      for (Path labels : found) {
        String name = String.valueOf(labels.getFileName());
        if (!stems.contains(FileStem.of(name))) {
          remarks.add(Remarks.Kind.MISSING_FILE, name);
        }
      }
    }
    return new Annotations(categories, pictures, remarks);
  }

  private static List<TrueBox> boxes(
      String name, List<String> lines, Image image, int classes, Remarks remarks) {
    List<TrueBox> boxes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      String label = "%s line %d".formatted(name, i + 1);
      Optional<TrueBox> box = box(lines.get(i).strip().split("\\s+", -1), image);
      if (box.isEmpty()) {
        remarks.add(Remarks.Kind.MALFORMED_BOX, label);
      } else if (box.get().category() < 0 || box.get().category() >= classes) {
        remarks.add(Remarks.Kind.UNKNOWN_CATEGORY, label);
      } else {
        remarks.addBox(label, box.get(), image.height(), image.width());
        boxes.add(box.get());
      }
    }
    if (boxes.isEmpty()) {
      remarks.add(Remarks.Kind.NO_BOX, name);
    }
    return boxes;
  }

  private static Optional<TrueBox> box(String[] fields, Image image) {
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      int category = Integer.parseInt(fields[0]);
      double width = Double.parseDouble(fields[3]) * image.width();
      double height = Double.parseDouble(fields[4]) * image.height();
      double left = Double.parseDouble(fields[1]) * image.width() - width / 2;
      double top = Double.parseDouble(fields[2]) * image.height() - height / 2;
      Rectangle box = new Rectangle(left, top, width, height);
      return Optional.of(new TrueBox(category, box, box.area(), false, false));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Writes {@code classes.txt} and {@code labels}, and leaves the pictures in their place. The
   * format cannot express crowds and boxes without area; the method leaves them out and counts
   * them.
   *
   * @return the boxes left out
   * @throws IOException if writing fails, or two pictures would have the same file
   */
  public static Remarks write(Path folder, Annotations annotations) throws IOException {
    Path labels = Files.createDirectories(folder.resolve("labels"));
    Map<Integer, Integer> classes = new HashMap<>();
    StringBuilder names = new StringBuilder();
    for (Category category : annotations.categories()) {
      if (category.name().lines().count() != 1) {
        throw new IOException(
            folder + ": a name of several lines cannot be written to classes.txt");
      }
      classes.put(category.id(), classes.size());
      names.append(category.name()).append('\n');
    }
    Remarks remarks = new Remarks();
    Set<String> written = new HashSet<>();
    for (Picture picture : annotations.pictures()) {
      String stem = FileStem.of(picture.file());
      if (!written.add(stem)) {
        throw new IOException(
            "%s: two pictures would have the labels %s.txt".formatted(folder, stem));
      }
      StringBuilder lines = new StringBuilder();
      for (TrueBox object : picture.objects()) {
        if (object.crowd() || object.box().isEmpty()) {
          remarks.add(Remarks.Kind.NOT_WRITTEN, picture.file());
          continue;
        }
        remarks.addArea(picture.file(), object);
        if (object.difficult()) {
          remarks.add(Remarks.Kind.DIFFICULT_NOT_WRITTEN, picture.file());
        }
        Rectangle box = object.box();
        lines.append(
            String.format(
                Locale.ROOT,
                "%d %.9f %.9f %.9f %.9f\n",
                classes.get(object.category()),
                (box.left() + box.width() / 2) / picture.width(),
                (box.top() + box.height() / 2) / picture.height(),
                box.width() / picture.width(),
                box.height() / picture.height()));
      }
      AtomicFile.write(labels.resolve(stem + ".txt"), lines.toString());
    }
    AtomicFile.write(folder.resolve("classes.txt"), names.toString());
    return remarks;
  }
}
