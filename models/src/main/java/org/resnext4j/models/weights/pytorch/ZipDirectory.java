package org.resnext4j.models.weights.pytorch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.Storage;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * The entries of a zip archive, as views of the mapped file. PyTorch stores entries without
 * compression; such entries need no copy and may be larger than an array. Another program may have
 * deflated the entries; the reader inflates such an entry on request, to exactly the size that the
 * archive states.
 */
final class ZipDirectory {

  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LOCATOR = 0x07064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int END_BYTES = 22;
  private static final int END_64_LOCATOR_BYTES = 20;
  private static final int CENTRAL_BYTES = 46;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;

  /**
   * The largest ratio of inflated size to the file's size. Weights compress little, so a larger
   * ratio indicates an attack on the memory.
   */
  private static final int MOST_INFLATION = 16;

  private static final long INFLATED_ALWAYS = 1 << 20;

  private final ByteReader in;
  private final MemorySegment bytes;
  private final SequencedMap<String, Storage> entries = new LinkedHashMap<>();
  private long inflated;

  private ZipDirectory(Path file, MemorySegment bytes) {
    this.in = new ByteReader(file, bytes);
    this.bytes = bytes;
  }

  /** Returns all files of an archive by name, without the folders. */
  static SequencedMap<String, Storage> read(Path file, MemorySegment bytes)
      throws WeightFileException {
    ZipDirectory directory = new ZipDirectory(file, bytes);
    directory.read();
    return directory.entries;
  }

  /** The offset of the central directory and its number of entries. */
  private record Central(long start, long count) {}

  private void read() throws WeightFileException {
    Central central = central();
    // An entry takes at least 46 bytes, so the file's size limits the count.
    if (central.count() < 0 || central.count() > bytes.byteSize() / CENTRAL_BYTES) {
      throw in.error(
          "its zip directory claims %s entries".formatted(Long.toUnsignedString(central.count())));
    }
    in.moveTo(central.start());
    for (long i = 0; i < central.count(); i++) {
      readEntry();
    }
  }

  private Central central() throws WeightFileException {
    long end = findEnd();
    in.moveTo(end + 8);
    in.unsignedShort(); // Entries on this disk, the only one.
    long count = in.unsignedShort();
    in.unsignedInteger(); // The directory's size.
    long start = in.unsignedInteger();
    long locator = end - END_64_LOCATOR_BYTES;
    if (locator >= 0) {
      in.moveTo(locator);
      if (in.integer() == END_64_LOCATOR) {
        in.integer();
        in.moveTo(in.longInteger());
        if (in.integer() != END_64) {
          throw in.error("its zip64 directory does not lie where it should");
        }
        in.slice(28); // Sizes and versions, disks, entries on this disk.
        count = in.longInteger();
        in.longInteger();
        start = in.longInteger();
      }
    }
    return new Central(start, count);
  }

  /** Returns the offset of the end record. Only a comment may follow this record. */
  private long findEnd() throws WeightFileException {
    long last = bytes.byteSize() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
      if (bytes.get(ValueLayout.JAVA_BYTE, at) == 'P') {
        in.moveTo(at);
        if (in.integer() == END) {
          return at;
        }
      }
    }
    throw in.error("it is truncated or damaged: a zip archive's directory is missing at its end");
  }

  private void readEntry() throws WeightFileException {
    if (in.integer() != CENTRAL) {
      throw in.error("its zip directory is damaged at byte " + (in.position() - 4));
    }
    in.slice(4); // Versions.
    int flags = in.unsignedShort();
    int method = in.unsignedShort();
    in.slice(8); // Time, date, CRC.
    long compressed = in.unsignedInteger();
    long size = in.unsignedInteger();
    int nameLength = in.unsignedShort();
    int extraLength = in.unsignedShort();
    int commentLength = in.unsignedShort();
    in.slice(8); // Disk, attributes.
    long header = in.unsignedInteger();
    String name = in.text(nameLength, StandardCharsets.UTF_8);
    long extraEnd = in.position() + extraLength;
    // The zip64 field has the values that exceed 32 bits: size, compressed size, offset.
    while (in.position() + 4 <= extraEnd) {
      int id = in.unsignedShort();
      long next = in.unsignedShort() + in.position();
      if (id == 1) {
        size = size == 0xFFFF_FFFFL ? in.longInteger() : size;
        compressed = compressed == 0xFFFF_FFFFL ? in.longInteger() : compressed;
        header = header == 0xFFFF_FFFFL ? in.longInteger() : header;
      }
      in.moveTo(next);
    }
    in.moveTo(extraEnd + commentLength);
    if (name.endsWith("/")) {
      return;
    }
    if ((flags & ENCRYPTED) != 0) {
      throw in.error("its zip entry '%s' is encrypted".formatted(name));
    }
    long back = in.position();
    Storage storage = storage(name, method, data(name, header, compressed), size);
    in.moveTo(back);
    if (entries.put(name, storage) != null) {
      throw in.error("its zip directory has '%s' twice".formatted(name));
    }
  }

  /** Returns an entry's bytes in the file, which follow its local header. */
  private MemorySegment data(String name, long header, long length) throws WeightFileException {
    in.moveTo(header);
    if (in.integer() != LOCAL) {
      throw in.error("its zip entry '%s' does not lie where the directory says".formatted(name));
    }
    in.slice(22); // The directory repeats these fields.
    int nameLength = in.unsignedShort();
    int extraLength = in.unsignedShort();
    in.slice(nameLength + extraLength);
    return in.slice(length);
  }

  private Storage storage(String name, int method, MemorySegment data, long size)
      throws WeightFileException {
    return switch (method) {
      case STORED -> {
        if (size != data.byteSize()) {
          throw in.error(
              "its zip entry '%s' is stored in %d bytes, but claims %d"
                  .formatted(name, data.byteSize(), size));
        }
        yield Storage.of(data);
      }
      case DEFLATED -> {
        long limit = Math.max(INFLATED_ALWAYS, MOST_INFLATION * bytes.byteSize());
        if (size < 0 || size > limit - inflated || size > Integer.MAX_VALUE - 8) {
          throw in.error(
              "its zip entry '%s' claims %s bytes, more than a file of %d bytes should inflate to"
                  .formatted(name, Long.toUnsignedString(size), bytes.byteSize()));
        }
        inflated += size;
        yield new Deflated(in.file(), name, data, (int) size);
      }
      default ->
          throw in.error(
              "its zip entry '%s' uses compression %d, but only stored and deflated are supported"
                  .formatted(name, method));
    };
  }

  /** A deflated entry. The first access inflates it; later accesses reuse the result. */
  private static final class Deflated implements Storage {
    private final Path file;
    private final String name;
    private final MemorySegment compressed;
    private final int size;
    private MemorySegment result;

    Deflated(Path file, String name, MemorySegment compressed, int size) {
      this.file = file;
      this.name = name;
      this.compressed = compressed;
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public synchronized MemorySegment bytes() throws WeightFileException {
      if (result == null) {
        result = MemorySegment.ofArray(inflate());
      }
      return result;
    }

    private byte[] inflate() throws WeightFileException {
      byte[] output = new byte[size];
      Inflater inflater = new Inflater(true);
      try {
        inflater.setInput(compressed.asByteBuffer());
        int filled = 0;
        while (filled < size) {
          int count = inflater.inflate(output, filled, size - filled);
          if (count == 0) {
            break;
          }
          filled += count;
        }
        boolean ended = inflater.finished() || (inflater.inflate(new byte[1]) == 0);
        if (filled != size || !ended || !inflater.finished()) {
          throw new WeightFileException(
              file, "its zip entry '%s' does not inflate to %d bytes".formatted(name, size));
        }
        return output;
      } catch (DataFormatException e) {
        throw new WeightFileException(
            file, "its zip entry '%s' is damaged: it cannot be inflated".formatted(name), e);
      } finally {
        inflater.end();
      }
    }
  }
}
