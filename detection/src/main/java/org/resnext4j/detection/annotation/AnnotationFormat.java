package org.resnext4j.detection.annotation;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.resnext4j.vision.ImageReader;

/** A common file format of annotations with boxes. */
public enum AnnotationFormat {
  /** One JSON file; see {@link CocoJson}. */
  COCO("COCO") {
    @Override
    public Annotations read(Path from, ImageReader reader) throws IOException {
      return CocoJson.read(from);
    }

    @Override
    public Remarks write(Path to, Annotations annotations) throws IOException {
      return CocoJson.write(to, annotations);
    }
  },
  /** A folder with one XML file for each picture; see {@link PascalVoc}. */
  VOC("Pascal VOC") {
    @Override
    public Annotations read(Path from, ImageReader reader) throws IOException {
      return PascalVoc.read(from);
    }

    @Override
    public Remarks write(Path to, Annotations annotations) throws IOException {
      return PascalVoc.write(to, annotations);
    }
  },
  /** A folder with one text file for each picture; see {@link YoloText}. */
  YOLO("YOLO") {
    @Override
    public Annotations read(Path from, ImageReader reader) throws IOException {
      return YoloText.read(from, reader);
    }

    @Override
    public Remarks write(Path to, Annotations annotations) throws IOException {
      return YoloText.write(to, annotations);
    }
  };

  private final String title;

  AnnotationFormat(String title) {
    this.title = title;
  }

  /** The format's name for people. */
  public String title() {
    return title;
  }

  /**
   * Reads annotations.
   *
   * @param from the file or folder
   * @param reader reads the pictures of formats that do not store the pictures' sizes
   * @throws IOException if the annotations cannot be read or have another format
   */
  public abstract Annotations read(Path from, ImageReader reader) throws IOException;

  /**
   * Writes annotations.
   *
   * @param to the file or folder
   * @return the data that the format cannot express, which were left out
   * @throws IOException if writing fails
   */
  public abstract Remarks write(Path to, Annotations annotations) throws IOException;

  /**
   * Determines the format of a path: a file is COCO's, a folder with {@code classes.txt} is YOLO's,
   * and a folder with {@code .xml} files is Pascal VOC's.
   *
   * @throws IOException if the path has none of these formats
   */
  public static AnnotationFormat of(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return COCO;
    }
    if (Files.exists(path.resolve("classes.txt"))) {
      return YOLO;
    }
    try (DirectoryStream<Path> sheets = Files.newDirectoryStream(path, "*.xml")) {
      if (sheets.iterator().hasNext()) {
        return VOC;
      }
    }
    throw new IOException(
        path + ": expected a folder with .xml files or with classes.txt, but it has neither");
  }
}
