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
 * Writes a file as a whole or not at all. The content goes to a temporary file in the same folder,
 * is forced to disk, and the file is renamed. A reader sees the old content or the new one, never a
 * part.
 */
public final class AtomicFile {

  /** The names of files that {@link #write(Path, Content)} has not finished. */
  private static final Pattern TEMPORARY =
      Pattern.compile("(?s)\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFile() {}

  /** Writes the content. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to the channel. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes bytes.
   *
   * @param file where they go; an existing one is replaced
   * @throws IOException if writing fails; the file is then as it was
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
   * @param file where it goes; an existing one is replaced
   * @throws IOException if writing fails; the file is then as it was
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file.
   *
   * @param file where it goes; an existing one is replaced
   * @param content what writes the content
   * @throws IOException if writing fails; the file is then as it was
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

  /** A pipe or a device takes the bytes itself; a file in its place would destroy it. */
  private static void writeThrough(Path file, Content content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
    } catch (IOException e) {
      throw named(file, e);
    }
  }

  /**
   * Gives a finished file its name, for good.
   *
   * @param finished in the same folder
   * @param file what to call it; an existing one is replaced
   * @throws IOException if that fails
   */
  public static void rename(Path finished, Path file) throws IOException {
    Files.move(finished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(file.toAbsolutePath().getParent());
  }

  /**
   * Deletes temporary files that killed processes left in a folder. The caller must know that no
   * other process is writing there.
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

  /** An error that names the file: a channel does not say which file it could not write. */
  private static IOException named(Path file, IOException failure) {
    return failure.getClass() == IOException.class
        ? new IOException(
            "%s: could not be written: %s".formatted(file, failure.getMessage()), failure)
        : failure;
  }

  /** Makes the rename itself durable, where the system lets a folder be opened. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notOnThisSystem) {
      // Windows does not open folders; the file itself is on disk already.
    }
  }
}
