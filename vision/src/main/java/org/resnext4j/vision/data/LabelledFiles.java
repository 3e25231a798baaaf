package org.resnext4j.vision.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

/** A data set of files that each hold one picture. */
public final class LabelledFiles implements Dataset {

  private final List<String> classes;
  private final List<Path> files;
  private final int[] labels;
  private final ImageReader reader;
  private final Skipped skipped;

  /**
   * Creates a data set of these files in this order.
   *
   * @throws IllegalArgumentException if the numbers of files and labels differ, or a label is no
   *     class
   */
  public LabelledFiles(List<String> classes, List<Path> files, int[] labels, ImageReader reader) {
    this(classes, files, labels, reader, Skipped.NOTHING);
  }

  LabelledFiles(
      List<String> classes, List<Path> files, int[] labels, ImageReader reader, Skipped skipped) {
    this.classes = List.copyOf(classes);
    this.files = List.copyOf(files);
    this.labels = labels.clone();
    this.reader = reader;
    this.skipped = skipped;
    Labelled.check(this.classes.size(), this.files.size(), labels);
  }

  /** Returns the file of a picture. */
  public Path file(int index) {
    return files.get(index);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    return files.get(index).toString();
  }

  @Override
  public Skipped skipped() {
    return skipped;
  }

  @Override
  public Image read(int index) throws IOException {
    return reader.read(files.get(index));
  }
}
