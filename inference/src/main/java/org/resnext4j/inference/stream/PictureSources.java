package org.resnext4j.inference.stream;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.data.PictureFiles;
import org.resnext4j.vision.data.Skipped;
import org.resnext4j.vision.text.TextFile;

/** Finds pictures: files, folders, patterns, or what a stream brings. */
public final class PictureSources {

  /** Longest line that counts as a file name; paths of all file systems are shorter. */
  private static final int LONGEST_NAME = 1 << 16;

  private PictureSources() {}

  /**
   * The pictures of a command's arguments.
   *
   * @param sources the pictures, and names without a picture, which fail when they are read
   * @param skipped files in the folders that are not pictures
   */
  public record Found(List<PictureSource> sources, Skipped skipped) {

    /** Copies the list. */
    public Found {
      sources = List.copyOf(sources);
    }
  }

  /**
   * Finds the pictures of a command's arguments, in their order. A file stands for itself. A folder
   * stands for all picture files in it and below ({@link PictureFiles}). A pattern ({@code *},
   * {@code **}, {@code ?}, {@code [a-z]}, {@code {a,b}}) stands for all matching files that are not
   * hidden. An argument without a picture becomes a source that fails when it is read.
   */
  public static Found find(List<String> arguments) {
    List<PictureSource> sources = new ArrayList<>();
    Skipped skipped = Skipped.NOTHING;
    for (String argument : arguments) {
      Found found = find(argument);
      sources.addAll(found.sources());
      skipped = skipped.plus(found.skipped());
    }
    return new Found(sources, skipped);
  }

  private static Found find(String argument) {
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      return nothing(argument, "this is not a file name");
    }
    if (Files.isDirectory(path)) {
      return found(PictureFiles.below(path), argument, "the folder holds no picture files");
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) && argument.matches("(?s).*[*?\\[{].*")) {
      return match(argument);
    }
    return new Found(List.of(PictureSource.of(path)), Skipped.NOTHING);
  }

  private static Found match(String pattern) {
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      return nothing(pattern, "there is no such file, and this is no pattern of names");
    }
    String plain = pattern.replaceFirst("(?s)[^/]*[*?\\[{].*", "");
    Path start = Path.of(plain);
    // Listing "" gives paths without "./", as in the pattern.
    PictureFiles files = PictureFiles.matching(start, matcher::matches);
    return found(
        new PictureFiles(files.pictures(), files.unreadable(), Skipped.NOTHING),
        pattern,
        "no file matches");
  }

  private static Found nothing(String argument, String reason) {
    return new Found(List.of(PictureSource.missing(argument, reason)), Skipped.NOTHING);
  }

  private static Found found(PictureFiles files, String argument, String nothing) {
    List<PictureSource> sources = new ArrayList<>();
    files.pictures().forEach(file -> sources.add(PictureSource.of(file)));
    files
        .unreadable()
        .forEach(
            folder -> sources.add(PictureSource.missing(folder, "this could not be looked into")));
    if (sources.isEmpty()) {
      sources.add(PictureSource.missing(argument, nothing));
    }
    return new Found(sources, files.skipped());
  }

  /**
   * Reads a stream. If it begins with the bytes of a picture, it is one picture; otherwise each
   * line is a file name, which the iterator returns as soon as the line is complete.
   *
   * @throws IOException if the stream fails
   */
  public static Iterator<PictureSource> read(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream);
    buffered.mark(16);
    byte[] start = buffered.readNBytes(12);
    buffered.reset();
    Optional<Charset> marked = TextFile.marked(start);
    if (marked.isEmpty() && isPicture(start)) {
      return List.of(PictureSource.of("-", buffered)).iterator();
    }
    Reader reader =
        new BufferedReader(new InputStreamReader(buffered, marked.orElse(StandardCharsets.UTF_8)));
    return new Names(reader);
  }

  /** Whether these are the first bytes of a picture or of other binary data. */
  private static boolean isPicture(byte[] start) {
    boolean binary = new String(start, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0;
    // A file name may begin with BM; the header of a bitmap contains zeros.
    boolean bitmap = start.length > 1 && start[0] == 'B' && start[1] == 'M';
    return binary || (!bitmap && ImageReader.recognises(start));
  }

  /** File names, one on each line. */
  private static final class Names implements Iterator<PictureSource> {

    private final Reader reader;
    private Optional<PictureSource> next = Optional.empty();
    private boolean first = true;

    Names(Reader reader) {
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty()) {
          Optional<String> line = line();
          if (line.isEmpty()) {
            return false;
          }
          next = line.filter(name -> !name.isBlank()).map(Names::source);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return true;
    }

    @Override
    public PictureSource next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      PictureSource source = next.orElseThrow();
      next = Optional.empty();
      return source;
    }

    private Optional<String> line() throws IOException {
      StringBuilder line = new StringBuilder();
      int c = reader.read();
      if (first && c == '\ufeff') {
        c = reader.read();
      }
      first = false;
      if (c < 0) {
        return Optional.empty();
      }
      for (; c >= 0 && c != '\n'; c = reader.read()) {
        line.append((char) c);
        if (line.length() > LONGEST_NAME) {
          throw new IOException(
              "the standard input: expected a file name a line, but found one of more than %,d characters"
                  .formatted(LONGEST_NAME));
        }
      }
      if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
        line.setLength(line.length() - 1);
      }
      return Optional.of(line.toString());
    }

    private static PictureSource source(String line) {
      try {
        Path exactly = Path.of(line);
        return PictureSource.of(Files.exists(exactly) ? exactly : Path.of(line.strip()));
      } catch (InvalidPathException e) {
        return PictureSource.missing(line, "this is not a file name");
      }
    }
  }
}
