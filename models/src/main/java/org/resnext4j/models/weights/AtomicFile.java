package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file as a whole or not at all: to a temporary file in the same folder, forced to disk,
 * then renamed. Whoever reads the name sees the old content or the new, never half of one.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /** What writes the content. */
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
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new IOException(file + ": a file cannot be written there, it is a folder");
    }
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

  /** Channels do not say which file they could not write; every other failure names it. */
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
