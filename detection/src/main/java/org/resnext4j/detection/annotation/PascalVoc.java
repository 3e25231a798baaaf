package org.resnext4j.detection.annotation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.models.weights.AtomicFile;

/**
 * Reads and writes Pascal VOC's annotations: a folder with one XML file for each picture. Corners
 * count pixels from 1 and include the last pixel, so {@code xmin} 1 is a left edge of 0, and {@code
 * xmax} equals the right edge.
 *
 * <p>The categories are the names in the files, numbered from 1 in alphabetical order. The reader
 * refuses document types and entities, so a file never makes it read another file.
 */
public final class PascalVoc {

  /**
   * Largest size of a file. An annotation has a few kilobytes, so a larger file is no annotation.
   */
  private static final int LARGEST_FILE = 16 << 20;

  private static final int DEEPEST = 32;

  private PascalVoc() {}

  /**
   * Reads all {@code .xml} files of a folder, in the order of their names.
   *
   * @throws IOException if the folder cannot be read or a file is no such annotation
   */
  public static Annotations read(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.xml")) {
      found.forEach(files::add);
    }
    files.sort(null);
    if (files.isEmpty()) {
      throw new IOException(
          folder + ": expected a folder of Pascal VOC's .xml files, but it has none");
    }
    List<Sheet> sheets = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (Path file : files) {
      Sheet sheet = sheet(file);
      sheets.add(sheet);
      sheet.objects().forEach(object -> names.add(object.text("name")));
    }
    names.remove("");
    return join(sheets, List.copyOf(names));
  }

  /**
   * Writes one file for each picture. The format cannot express crowds and boxes without area; the
   * method leaves them out and counts them.
   *
   * @return the boxes left out
   * @throws IOException if writing fails, or two pictures would have the same file
   */
  public static Remarks write(Path folder, Annotations annotations) throws IOException {
    Files.createDirectories(folder);
    Map<Integer, String> names = new HashMap<>();
    annotations.categories().forEach(category -> names.put(category.id(), category.name()));
    Remarks remarks = new Remarks();
    Set<String> written = new HashSet<>();
    for (Picture picture : annotations.pictures()) {
      String stem = FileStem.of(picture.file());
      if (!written.add(stem)) {
        throw new IOException(
            "%s: two pictures would have the annotation %s.xml".formatted(folder, stem));
      }
      try {
        AtomicFile.write(folder.resolve(stem + ".xml"), xml(picture, names, remarks));
      } catch (XMLStreamException e) {
        throw new IOException(
            "%s: the annotation of %s cannot be written: %s"
                .formatted(folder, picture.file(), e.getMessage()),
            e);
      }
    }
    Set<Integer> seen = new HashSet<>();
    for (Picture picture : annotations.pictures()) {
      for (TrueBox object : picture.objects()) {
        if (!object.crowd() && !object.box().isEmpty()) {
          seen.add(object.category());
        }
      }
    }
    for (Category category : annotations.categories()) {
      if (!seen.contains(category.id())) {
        remarks.add(Remarks.Kind.CATEGORY_NOT_WRITTEN, category.name());
      }
    }
    return remarks;
  }

  /** The leaves of one object or file by their paths, such as {@code bndbox/xmin}. */
  private record Fields(Map<String, String> values) {

    String text(String path) {
      return values.getOrDefault(path, "");
    }

    /** The number at a path; NaN if there is none. */
    double number(String path) {
      try {
        return Double.parseDouble(text(path));
      } catch (NumberFormatException _) {
        return Double.NaN;
      }
    }
  }

  private record Sheet(Path file, Fields picture, List<Fields> objects) {}

  private static Sheet sheet(Path file) throws IOException {
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(LARGEST_FILE + 1);
    }
    if (bytes.length > LARGEST_FILE) {
      throw new IOException(
          "%s: expected an annotation of at most %,d bytes, but found more"
              .formatted(file, LARGEST_FILE));
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      return sheet(file, factory.createXMLStreamReader(new ByteArrayInputStream(bytes)));
    } catch (XMLStreamException | RuntimeException e) {
      // For some damaged files the JDK's reader throws other exceptions.
      throw new IOException(file + ": expected Pascal VOC's XML, but it is damaged", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // Tests which of the two maps is being filled.
  private static Sheet sheet(Path file, XMLStreamReader reader)
      throws XMLStreamException, IOException {
    Map<String, String> picture = new LinkedHashMap<>();
    List<Fields> objects = new ArrayList<>();
    Map<String, String> fields = picture;
    Deque<String> path = new ArrayDeque<>();
    StringBuilder text = new StringBuilder();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new IOException(
                file
                    + ": a document type or an entity is no part of an annotation; nothing was"
                    + " read");
        case XMLStreamConstants.START_ELEMENT -> {
          String name = reader.getLocalName();
          if (path.isEmpty() && !name.equals("annotation")) {
            throw new IOException(
                "%s: expected the element 'annotation', but found '%s'".formatted(file, name));
          }
          if (path.size() >= DEEPEST) {
            throw new IOException(file + ": its elements are nested too deeply");
          }
          if (path.size() == 1 && name.equals("object")) {
            fields = new LinkedHashMap<>();
          }
          path.addLast(name);
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS -> text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          boolean inObject = path.size() > 1 && fields != picture;
          String key = String.join("/", path.stream().skip(inObject ? 2 : 1).toList());
          fields.putIfAbsent(key, text.toString().strip());
          text.setLength(0);
          path.removeLast();
          if (path.size() == 1 && inObject) {
            objects.add(new Fields(fields));
            fields = picture;
          }
        }
        default -> {}
      }
    }
    return new Sheet(file, new Fields(picture), objects);
  }

  private static Annotations join(List<Sheet> sheets, List<String> names) {
    Remarks remarks = new Remarks();
    List<Category> categories = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    for (String name : names) {
      categories.add(new Category(categories.size() + 1, name));
      ids.put(name, categories.size());
    }
    List<Picture> pictures = new ArrayList<>();
    for (Sheet sheet : sheets) {
      String label = String.valueOf(sheet.file().getFileName());
      double height = sheet.picture().number("size/height");
      double width = sheet.picture().number("size/width");
      String name = sheet.picture().text("filename");
      if (name.isEmpty() || !isSide(height) || !isSide(width)) {
        remarks.add(Remarks.Kind.MALFORMED_PICTURE, label);
        continue;
      }
      List<TrueBox> objects = new ArrayList<>();
      for (Fields fields : sheet.objects()) {
        Integer category = ids.get(fields.text("name"));
        if (category == null) {
          remarks.add(Remarks.Kind.UNKNOWN_CATEGORY, label);
          continue;
        }
        try {
          double left = fields.number("bndbox/xmin") - 1;
          double top = fields.number("bndbox/ymin") - 1;
          Rectangle box =
              new Rectangle(
                  left,
                  top,
                  fields.number("bndbox/xmax") - left,
                  fields.number("bndbox/ymax") - top);
          boolean difficult = fields.text("difficult").equals("1");
          TrueBox object = new TrueBox(category, box, box.area(), false, difficult);
          remarks.addBox(label, object, (int) height, (int) width);
          objects.add(object);
        } catch (IllegalArgumentException _) {
          remarks.add(Remarks.Kind.MALFORMED_BOX, label);
        }
      }
      if (objects.isEmpty()) {
        remarks.add(Remarks.Kind.NO_BOX, name);
      }
      pictures.add(new Picture(pictures.size() + 1, name, (int) height, (int) width, objects));
    }
    return new Annotations(categories, pictures, remarks);
  }

  private static boolean isSide(double size) {
    return size >= 1 && size <= 1 << 20 && size == Math.rint(size);
  }

  private static String xml(Picture picture, Map<Integer, String> names, Remarks remarks)
      throws XMLStreamException {
    StringWriter text = new StringWriter();
    XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    writer.writeStartElement("annotation");
    element(writer, "filename", picture.file());
    writer.writeStartElement("size");
    element(writer, "width", String.valueOf(picture.width()));
    element(writer, "height", String.valueOf(picture.height()));
    element(writer, "depth", "3");
    writer.writeEndElement();
    for (TrueBox object : picture.objects()) {
      if (object.crowd() || object.box().isEmpty()) {
        remarks.add(Remarks.Kind.NOT_WRITTEN, picture.file());
        continue;
      }
      remarks.addArea(picture.file(), object);
      writer.writeStartElement("object");
      element(writer, "name", names.get(object.category()));
      element(writer, "difficult", object.difficult() ? "1" : "0");
      writer.writeStartElement("bndbox");
      element(writer, "xmin", number(object.box().left() + 1));
      element(writer, "ymin", number(object.box().top() + 1));
      element(writer, "xmax", number(object.box().right()));
      element(writer, "ymax", number(object.box().bottom()));
      writer.writeEndElement();
      writer.writeEndElement();
    }
    writer.writeEndElement();
    writer.close();
    return text + "\n";
  }

  private static void element(XMLStreamWriter writer, String name, String text)
      throws XMLStreamException {
    writer.writeStartElement(name);
    writer.writeCharacters(text);
    writer.writeEndElement();
  }

  /** Formats whole numbers without a fraction, because other readers expect this form. */
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
