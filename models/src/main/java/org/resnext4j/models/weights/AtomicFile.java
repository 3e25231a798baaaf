package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files atomically. The writer puts the content into a temporary file in the same folder,
 * forces the temporary file to disk and renames it. A reader sees the old content or the new
 * content, never a part.
 */
public final class AtomicFile {

  /** The names of the temporary files of {@link #write(Path, Content)}. */
  private static final Pattern TEMPORARY =
      Pattern.compile("(?s)\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFile() {}

  /** A function that writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes the whole content to the channel. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes bytes.
   *
   * @param file the file to write; the method replaces an existing file
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(
        file,
        channel -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        });
  }

  /**
   * Writes text in UTF-8.
   *
   * @param file the file to write; the method replaces an existing file
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file.
   *
   * @param file the file to write; the method replaces an existing file
   * @param content the function that writes the content
   * @throws IOException if writing fails; an existing file then stays unchanged
   */
  public static void write(Path file, Content content) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": a file cannot be written there, it is a folder");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      writeThrough(file, content);
      return;
    }
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = target.getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      rename(temporary, target);
    } catch (IOException e) {
      throw named(file, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes directly to a pipe or a device. A rename would replace the pipe or the device by a
   * regular file.
   */
  private static void writeThrough(Path file, Content content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /**
   * Renames a finished file durably.
   *
   * @param finished the finished file, in the same folder as {@code file}
   * @param file the new name; the method replaces an existing file
   * @throws IOException if the rename fails
   */
  public static void rename(Path finished, Path file) throws IOException {
    Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(file.toAbsolutePath().getParent());
  }

  /**
   * Deletes the temporary files that killed processes left in a folder. The caller must ensure that
   * no other process is writing to the folder.
   *
   * @throws IOException if the folder cannot be listed, or a file cannot be deleted
   */
  public static void clearStrays(Path folder) throws IOException {
    List<Path> strays;
    try (Stream<Path> files = Files.list(folder)) {
      strays =
          files
              .filter(file -> TEMPORARY.matcher(file.getFileName().toString()).matches())
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .toList();
    }
    for (Path stray : strays) {
      Files.deleteIfExists(stray);
    }
  }

  /** Returns an error that names the file. The channel's own error does not name it. */
  private static IOException named(Path file, IOException failure) {
    return failure.getClass() == IOException.class
        ? new IOException(
            "%s: could not be written: %s".formatted(file, failure.getMessage()), failure)
        : failure;
  }

  /** Forces the rename to disk on systems that can open a folder. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows does not open folders. The file's content is on disk already.
    }
  }
}
