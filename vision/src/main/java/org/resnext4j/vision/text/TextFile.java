package org.resnext4j.vision.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads text files in UTF-8, with or without a byte order mark, or in UTF-16 with a byte order
 * mark, as Windows programs write it. An invalid byte is an error; the reader never replaces it by
 * a question mark.
 */
public final class TextFile {

  /**
   * The largest text file, in bytes. Labels, annotations and recipes have a few megabytes at most.
   */
  private static final int LARGEST = 64 << 20;

  private TextFile() {}

  /**
   * Reads a file.
   *
   * @return the text without a byte order mark
   * @throws IOException if the file cannot be read, has more than 64 MiB, or is no text; the
   *     message names the file and the line that is no text
   */
  public static String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": expected a text file, but found a folder");
    }
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw new IOException(
          "%s: expected text of at most %,d bytes, but found more".formatted(file, LARGEST));
    }
    return decode(file.toString(), bytes);
  }

  /**
   * Reads the lines of a file with any line endings.
   *
   * @throws IOException as {@link #read} does
   */
  public static List<String> lines(Path file) throws IOException {
    return read(file).lines().toList();
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param name the name of the file in messages
   * @return the text without a byte order mark
   * @throws IOException if the bytes are no text
   */
  public static String decode(String name, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    Optional<Mark> mark = Mark.of(rest);
    mark.ifPresent(known -> rest.position(known.start.length));
    Charset charset = mark.map(known -> known.charset).orElse(StandardCharsets.UTF_8);
    CharBuffer text = CharBuffer.allocate(rest.remaining() + 1);
    CoderResult result = charset.newDecoder().decode(rest, text, true);
    String decoded = text.flip().toString();
    int nothing = decoded.indexOf('\0');
    if (result.isError() || nothing >= 0) {
      String before = nothing < 0 ? decoded : decoded.substring(0, nothing);
      throw new IOException(
          "%s: expected UTF-8 text, but line %d has bytes of something else"
              .formatted(name, 1 + before.chars().filter(c -> c == '\n').count()));
    }
    return decoded;
  }

  /**
   * Returns the encoding of the byte order mark at the beginning of a text; empty if the text has
   * no mark.
   */
  public static Optional<Charset> marked(byte[] start) {
    return Mark.of(ByteBuffer.wrap(start)).map(mark -> mark.charset);
  }

  @SuppressWarnings("ImmutableEnumChecker") // No code writes to the bytes.
  private enum Mark {
    UTF_8(StandardCharsets.UTF_8),
    UTF_32LE(StandardCharsets.UTF_32LE), // Precedes UTF-16, whose mark has the same first bytes.
    UTF_32BE(StandardCharsets.UTF_32BE),
    UTF_16LE(StandardCharsets.UTF_16LE),
    UTF_16BE(StandardCharsets.UTF_16BE);

    private final Charset charset;
    private final byte[] start;

    Mark(Charset charset) {
      this.charset = charset;
      this.start = "\ufeff".getBytes(charset);
    }

    private static Optional<Mark> of(ByteBuffer bytes) {
      for (Mark mark : values()) {
        int length = mark.start.length;
        if (bytes.remaining() >= length
            && bytes.slice(0, length).equals(ByteBuffer.wrap(mark.start))) {
          return Optional.of(mark);
        }
      }
      return Optional.empty();
    }
  }
}
