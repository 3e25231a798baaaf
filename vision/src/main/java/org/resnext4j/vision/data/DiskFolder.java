package org.resnext4j.vision.data;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A folder on disk. */
record DiskFolder(Path location) implements Entry.Folder<Path> {

  private static final Charset WESTERN = Charset.forName("windows-1252");

  @Override
  public String name() {
    return name(location);
  }

  @Override
  public String path() {
    return location.toString();
  }

  @Override
  public List<Entry<Path>> entries() throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(location)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children.stream().sorted().map(DiskFolder::entry).toList();
  }

  @Override
  public Object identity() throws IOException {
    return location.toRealPath();
  }

  @Override
  public Set<Object> above() throws IOException {
    Set<Object> above = new HashSet<>();
    for (Path folder = location.toRealPath().getParent();
        folder != null;
        folder = folder.getParent()) {
      above.add(folder);
    }
    return above;
  }

  private static Entry<Path> entry(Path child) {
    String name = name(child);
    try {
      BasicFileAttributes attributes = Files.readAttributes(child, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        return new DiskFolder(child);
      }
      return attributes.isRegularFile()
          ? new Entry.File<>(name, child)
          : new Entry.Other<>(name, Skipped.SPECIAL);
    } catch (IOException e) {
      // The link is broken, circular, or leads to a path that this user may not read.
      return PictureNames.isPicture(name)
          ? new Entry.File<>(name, child)
          : new Entry.Other<>(name, Skipped.BROKEN_LINKS);
    }
  }

  /**
   * Returns a file's name. Java's string of the name replaces bytes that are not UTF-8; the path
   * itself keeps the bytes.
   */
  private static String name(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString();
    if (name.indexOf('\ufffd') < 0) {
      return name;
    }
    URI uri = file.toUri();
    String raw = uri.getRawPath().replaceFirst("/$", "");
    raw = raw.substring(raw.lastIndexOf('/') + 1);
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      boolean escaped = raw.charAt(i) == '%';
      bytes[length++] = (byte) (escaped ? Integer.parseInt(raw, i + 1, i + 3, 16) : raw.charAt(i));
      i += escaped ? 2 : 0;
    }
    return decode(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
  }

  /**
   * Decodes a name whose characters are bytes: as UTF-8 if the bytes are valid UTF-8, otherwise in
   * Windows' western code page (1252).
   */
  static String decode(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(raw, StandardCharsets.UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : new String(raw, WESTERN);
  }
}
