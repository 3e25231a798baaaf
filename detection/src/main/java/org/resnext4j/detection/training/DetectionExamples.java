package org.resnext4j.detection.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.DetectionSet;
import org.resnext4j.detection.annotation.DetectionSetException;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.loss.TrueObjects;
import org.resnext4j.training.run.Checksum;

/**
 * The training pictures of a detector, with their objects. Crowds and boxes without area inside
 * their picture are left out. A picture without any other box is left out, too.
 *
 * @param examples the pictures, in the annotations' order
 * @param boxesLeftOut number of boxes left out
 * @param picturesLeftOut number of pictures left out
 */
public record DetectionExamples(List<Example> examples, int boxesLeftOut, int picturesLeftOut) {

  /** Copies the list. */
  public DetectionExamples {
    examples = List.copyOf(examples);
  }

  /**
   * A picture and its objects.
   *
   * @param file file of the picture
   * @param height height in pixels
   * @param width width in pixels
   * @param objects objects in pixels of the file's picture; the class of a category is its position
   *     in the annotations, from 1
   */
  public record Example(Path file, int height, int width, TrueObjects objects) {}

  /**
   * The examples of a data set.
   *
   * @throws DetectionSetException if a picture's file is missing, or no picture has an object
   */
  public static DetectionExamples of(DetectionSet set) throws IOException {
    Annotations annotations = set.annotations();
    List<Integer> categories = annotations.categories().stream().map(Category::id).toList();
    List<Example> examples = new ArrayList<>();
    List<Path> missing = new ArrayList<>();
    int boxesLeftOut = 0;
    int picturesLeftOut = 0;
    for (Picture picture : annotations.pictures()) {
      List<Boxes> boxes = new ArrayList<>();
      List<Integer> classes = new ArrayList<>();
      for (TrueBox object : picture.objects()) {
        Boxes box = corners(object.box()).clip(picture.height(), picture.width());
        if (!object.crowd() && box.width(0) > 0 && box.height(0) > 0) {
          boxes.add(box);
          classes.add(1 + categories.indexOf(object.category()));
        }
      }
      boxesLeftOut += picture.objects().size() - boxes.size();
      if (boxes.isEmpty()) {
        picturesLeftOut++;
        continue;
      }
      Path file = set.file(picture);
      if (!Files.isRegularFile(file)) {
        missing.add(file);
      }
      TrueObjects objects =
          new TrueObjects(
              Boxes.join(boxes), classes.stream().mapToInt(Integer::intValue).toArray());
      examples.add(new Example(file, picture.height(), picture.width(), objects));
    }
    if (!missing.isEmpty()) {
      throw new DetectionSetException(
          "%s: the files of %d of %d pictures are missing, the first is %s"
              .formatted(set.pictures(), missing.size(), examples.size(), missing.getFirst()));
    }
    if (examples.isEmpty()) {
      throw new DetectionSetException(
          "%s: none of the %d pictures has a box to learn from"
              .formatted(set.pictures(), annotations.pictures().size()));
    }
    return new DetectionExamples(examples, boxesLeftOut, picturesLeftOut);
  }

  private static Boxes corners(Rectangle box) {
    return Boxes.of(
        (float) box.left(), (float) box.top(), (float) box.right(), (float) box.bottom());
  }

  /** A checksum over names, boxes and classes, without the folder of the pictures. */
  public String checksum() {
    Checksum checksum = new Checksum();
    for (Example example : examples) {
      StringBuilder text = new StringBuilder(String.valueOf(example.file().getFileName()));
      for (float corner : example.objects().boxes().corners()) {
        text.append(' ').append(corner);
      }
      for (int label : example.objects().classes()) {
        text.append(' ').append(label);
      }
      checksum.add(text.append('\n').toString());
    }
    return checksum.toString();
  }
}
