package org.resnext4j.vision.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Reads a tar archive, compressed by gzip or not, from front to back. */
final class TarReader implements AutoCloseable {

  /**
   * The largest accepted header, in bytes. A header with a long name takes a few blocks of 512
   * bytes; a header above the limit is malicious.
   */
  private static final long LONGEST_HEADER = 1 << 20;

  private static final String GZIP = "1f8b";
  private static final int LONGEST_SIGNATURE = 6;

  /** The first bytes of other kinds of archives that may have names ending in {@code .tar}. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "compressed by bzip2", "425a68",
          "compressed by xz", "fd377a585a00",
          "compressed by Zstandard", "28b52ffd",
          "compressed by LZ4", "04224d18",
          "a ZIP archive", "504b0304",
          "a 7-Zip archive", "377abcaf271c",
          "a RAR archive", "526172211a07");

  private final Path file;
  private final boolean compressed;
  private final long fileSize;
  private final Position position;
  private final TarArchiveInputStream tar;

  /**
   * The header of the archive's next member.
   *
   * @param entry the member's header
   * @param name the member's name, decoded from UTF-8 or, if the bytes are not UTF-8, from Windows'
   *     western code page
   * @param offset position of the member's first byte in the uncompressed archive
   */
  record Header(TarArchiveEntry entry, String name, long offset) {}

  TarReader(Path file) throws IOException {
    this.file = file;
    this.fileSize = Files.size(file);
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      raw.mark(LONGEST_SIGNATURE);
      byte[] start = raw.readNBytes(LONGEST_SIGNATURE);
      raw.reset();
      compressed = begins(start, GZIP);
      for (Map.Entry<String, String> other : OTHERS.entrySet()) {
        if (begins(start, other.getValue())) {
          throw damaged("it is " + other.getKey() + "; unpack it", null);
        }
      }
      position = new Position(compressed ? new GZIPInputStream(raw, 1 << 16) : raw);
    } catch (IOException e) {
      raw.close();
      throw described(e);
    }
    // Each character of a name holds one byte here, because not all names are UTF-8.
    tar = new TarArchiveInputStream(position, "ISO-8859-1");
  }

  private static boolean begins(byte[] start, String signature) {
    return HexFormat.of().formatHex(start).startsWith(signature);
  }

  /** Whether the archive is compressed. The content, not the name, decides. */
  boolean compressed() {
    return compressed;
  }

  /**
   * Reads the header of the next member.
   *
   * @throws IOException if the archive cannot be read or is damaged
   */
  Optional<Header> next() throws IOException {
    try {
      // Skip the rest of the last member first. The limit of header bytes then counts headers only.
      while (tar.getCurrentEntry() != null && tar.skip(Long.MAX_VALUE) > 0) {}
      position.allowance = LONGEST_HEADER;
      TarArchiveEntry entry = tar.getNextEntry();
      position.allowance = Long.MAX_VALUE;
      if (entry == null) {
        if (position.count % TarConstants.DEFAULT_RCDSIZE != 0) {
          throw new EOFException();
        }
        return Optional.empty();
      }
      if (!entry.isCheckSumOK() || entry.getSize() < 0) {
        throw damaged("a header's sum is wrong", null);
      }
      if (!compressed && position.count + entry.getSize() > fileSize) {
        throw new EOFException();
      }
      return Optional.of(new Header(entry, decoded(entry.getName()), position.count));
    } catch (IOException | RuntimeException e) {
      throw described(e); // The library throws various exceptions for damaged headers.
    }
  }

  /**
   * Returns the bytes of the member whose header was read last.
   *
   * @param most largest number of bytes to read
   */
  byte[] content(int most) throws IOException {
    try {
      return tar.readNBytes(most);
    } catch (IOException e) {
      throw described(e);
    }
  }

  /**
   * Decodes a name. Names in extended headers are already decoded from UTF-8; the characters of
   * other names are bytes.
   */
  static String decoded(String name) {
    return name.chars().allMatch(c -> c <= 0xff) ? DiskFolder.decode(name) : name;
  }

  private IOException described(Exception failure) {
    return switch (failure) {
      case ArchiveException known -> known;
      case EOFException _ -> damaged("it ends early", failure);
      case ZipException _ -> damaged("its compressed data are damaged", failure);
      case IOException e when String.valueOf(e.getMessage()).startsWith("Truncated") ->
          damaged("it ends early", e);
      default -> damaged("what is at byte %,d is no member".formatted(position()), failure);
    };
  }

  private long position() {
    return position == null ? 0 : position.count;
  }

  private ArchiveException damaged(String how, Exception cause) {
    return new ArchiveException(
        "%s: expected a tar archive, compressed by gzip or not, but %s".formatted(file, how),
        cause);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /** A failure whose message this class wrote. */
  private static final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1;

    ArchiveException(String message, Exception cause) {
      super(message, cause);
    }
  }

  /** Counts the bytes read, and throws an exception if a header is too long. */
  private static final class Position extends FilterInputStream {
    private long count;
    private long allowance = Long.MAX_VALUE;

    Position(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      advance(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      advance(Math.max(0, read));
      return read;
    }

    @Override
    public long skip(long wanted) throws IOException {
      long skipped = in.skip(wanted);
      advance(skipped);
      return skipped;
    }

    private void advance(long bytes) throws IOException {
      count += bytes;
      allowance -= bytes;
      if (allowance < 0) {
        throw new IOException("a header of more than %,d bytes".formatted(LONGEST_HEADER));
      }
    }
  }
}
