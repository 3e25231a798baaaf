package org.resnext4j.vision.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads a tar archive, compressed by gzip or not, from front to back. */
final class Archive {

  /** Receives each regular file of an archive. */
  @FunctionalInterface
  interface Visitor {

    /** Called with a file's name and its content, which may be read or left. */
    void visit(String name, InputStream content) throws IOException;
  }

  private Archive() {}

  /** Whether a file's name is that of a tar archive, compressed or not. */
  static boolean isArchive(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".tar") || isCompressed(file);
  }

  /** Whether a file's name is that of a compressed tar archive. */
  static boolean isCompressed(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".tar.gz") || name.endsWith(".tgz");
  }

  /**
   * Visits every regular file in the archive's order.
   *
   * @throws IOException if it cannot be read or is not a tar archive
   */
  static void each(Path file, Visitor visitor) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        InputStream plain = isCompressed(file) ? new GZIPInputStream(raw, 1 << 16) : raw;
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (entry != null) {
        if (entry.isFile()) {
          visitor.visit(entry.getName(), tar);
        }
        entry = tar.getNextEntry();
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": expected a tar archive, but found: " + e.getMessage(), e);
    }
  }
}
