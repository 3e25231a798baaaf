package org.resnext4j.inference.stream;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;

/** Finds pictures: files, folders, patterns, or what a stream brings. */
public final class PictureSources {

  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "bmp", "gif", "webp");

  private PictureSources() {}

  /**
   * The pictures that the arguments of a command mean, in their order. A file is itself; a folder
   * is all picture files in it and below, by name; a pattern ({@code *}, {@code **}, {@code ?},
   * {@code [a-z]}, {@code {a,b}}) is all files that match. What leads to nothing is in the list
   * too, and fails when it is read.
   */
  public static List<PictureSource> find(List<String> arguments) {
    List<PictureSource> sources = new ArrayList<>();
    for (String argument : arguments) {
      find(argument, sources);
    }
    return List.copyOf(sources);
  }

  private static void find(String argument, List<PictureSource> sources) {
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      sources.add(PictureSource.missing(argument, "this is not a file name"));
      return;
    }
    if (Files.isDirectory(path)) {
      collect(
          path, PictureSources::isPicture, argument, "the folder holds no picture files", sources);
    } else if (!Files.exists(path) && argument.matches(".*[*?\\[{].*")) {
      match(argument, sources);
    } else {
      sources.add(PictureSource.of(path));
    }
  }

  private static void match(String pattern, List<PictureSource> sources) {
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      sources.add(PictureSource.missing(pattern, "this is not a pattern: " + e.getDescription()));
      return;
    }
    String plain = pattern.replaceFirst("[^/]*[*?\\[{].*", "");
    Path start = Path.of(plain);
    // Walking "" gives paths without "./", which is how the pattern is written.
    collect(start, matcher::matches, pattern, "no file matches", sources);
  }

  /** Adds the files below a folder that are wanted, or one that fails where there are none. */
  private static void collect(
      Path folder,
      Predicate<Path> wanted,
      String argument,
      String nothing,
      List<PictureSource> sources) {
    List<Path> files = new ArrayList<>();
    List<PictureSource> unreadable = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (wanted.test(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
              unreadable.add(
                  PictureSource.missing(file.toString(), "this could not be looked into"));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      unreadable.add(PictureSource.missing(argument, "this could not be looked into"));
    }
    files.sort(Comparator.naturalOrder());
    files.forEach(file -> sources.add(PictureSource.of(file)));
    sources.addAll(unreadable);
    if (files.isEmpty() && unreadable.isEmpty()) {
      sources.add(PictureSource.missing(argument, nothing));
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * The pictures that a stream brings: if it begins like a picture file, that one; otherwise a file
   * name a line, each handed on as soon as it is read.
   *
   * @throws IOException if the stream fails
   */
  public static Iterator<PictureSource> read(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream);
    buffered.mark(16);
    byte[] start = buffered.readNBytes(12);
    buffered.reset();
    if (beginsLikeAPicture(start)) {
      return List.of(PictureSource.of("-", buffered.readAllBytes())).iterator();
    }
    return new BufferedReader(new InputStreamReader(buffered, StandardCharsets.UTF_8))
        .lines()
        .filter(line -> !line.isBlank())
        .map(PictureSources::line)
        .iterator();
  }

  private static PictureSource line(String line) {
    try {
      return PictureSource.of(Path.of(line.strip()));
    } catch (InvalidPathException e) {
      return PictureSource.missing(line, "this is not a file name");
    }
  }

  private static boolean beginsLikeAPicture(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    return text.startsWith("\u00ff\u00d8\u00ff")
        || text.startsWith("\u0089PNG\r\n")
        || text.startsWith("GIF8")
        || (text.startsWith("RIFF") && text.endsWith("WEBP"))
        // A bitmap's size is never text: its upper bytes are zero or unprintable.
        || (text.startsWith("BM") && text.chars().anyMatch(c -> c < ' '));
  }
}
