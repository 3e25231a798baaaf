package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;

/** Encoded pictures in memory: the members of a compressed archive. */
final class EncodedPictures implements Dataset {

  private final List<String> classes;
  private final List<String> names;
  private final int[] labels;
  private final List<byte[]> files;
  private final ImageReader reader;

  EncodedPictures(
      List<String> classes,
      List<String> names,
      int[] labels,
      List<byte[]> files,
      ImageReader reader) {
    Labelled.check(classes.size(), files.size(), labels);
    this.classes = List.copyOf(classes);
    this.names = List.copyOf(names);
    this.labels = labels;
    this.files = List.copyOf(files);
    this.reader = reader;
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
    return names.get(index);
  }

  @Override
  public Image read(int index) throws IOException {
    return reader.read(files.get(index), names.get(index));
  }
}
