package org.resnext4j.vision.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tar archive. Opening reads its headers, and {@link TarTree} holds its folders. This class reads
 * files of an uncompressed archive at their offsets, and those of a compressed archive in one pass.
 */
final class TarArchive {

  /**
   * The limit of members. Every member takes memory, and an archive of a few megabytes can hold
   * billions of empty members.
   */
  private static final int MOST_MEMBERS = 10_000_000;

  /**
   * A file of the archive.
   *
   * @param path the path by which the file was found, which may be a link
   * @param number position of the archive's member that holds its bytes; −1 for a broken link
   * @param offset position of the first byte in the uncompressed archive
   * @param size number of bytes
   */
  record Member(String path, int number, long offset, long size) implements Comparable<Member> {

    /** Returns the same file with another path. */
    Member as(String otherPath) {
      return new Member(otherPath, number, offset, size);
    }

    @Override
    public int compareTo(Member other) {
      return path.compareTo(other.path);
    }
  }

  private final Path file;
  private final boolean compressed;
  private final TarTree tree;

  private TarArchive(Path file, boolean compressed, TarTree tree) {
    this.file = file;
    this.compressed = compressed;
    this.tree = tree;
  }

  /** Whether a file has the name of a tar archive, compressed by gzip or not. */
  static boolean isArchive(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz");
  }

  /**
   * Reads an archive's directory.
   *
   * @throws IOException if the file cannot be read or is not a tar archive
   */
  static TarArchive open(Path file) throws IOException {
    TarTree tree = new TarTree(file);
    try (TarReader reader = new TarReader(file)) {
      int number = 0;
      for (Optional<TarReader.Header> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        if (number == MOST_MEMBERS) {
          throw new IOException(
              "%s: expected an archive of at most %,d members, but found more"
                  .formatted(file, MOST_MEMBERS));
        }
        tree.add(next.get(), number++);
      }
      return new TarArchive(file, reader.compressed(), tree);
    }
  }

  /** Returns the top folder. */
  Entry.Folder<Member> top() {
    return tree.top();
  }

  /** Lists all files, including the targets of links, in the archive's order. */
  List<Member> files() {
    return tree.files();
  }

  /**
   * Returns the paths that occur more than once. The last member of such a path is the valid one.
   */
  Set<String> twice() {
    return tree.twice();
  }

  /** Counts the members that are no files. */
  Skipped skipped() {
    return tree.skipped();
  }

  /** Returns the name of a member for messages. */
  String name(Member member) {
    return file + "!" + member.path();
  }

  /** Whether the archive is compressed. Reading a compressed archive starts at its beginning. */
  boolean compressed() {
    return compressed;
  }

  /**
   * Reads some files in one pass.
   *
   * @param most limit of the files' total size, in bytes
   * @return the bytes of each file, in the order of the members; a broken link has no bytes
   * @throws IOException if the archive cannot be read any more, or the files exceed the limit
   */
  List<byte[]> read(Collection<Member> members, long most) throws IOException {
    Set<Integer> wanted = new HashSet<>();
    long total = 0;
    for (Member member : members) {
      if (member.number() >= 0 && wanted.add(member.number())) {
        total += member.size();
      }
    }
    if (total > most) {
      throw new IOException(
          "%s: expected files of at most %,d bytes in all, but found %,d; unpack it"
              .formatted(file, most, total));
    }
    Map<Integer, byte[]> contents = new HashMap<>();
    try (TarReader reader = new TarReader(file)) {
      int number = 0;
      for (Optional<TarReader.Header> next = reader.next();
          next.isPresent() && contents.size() < wanted.size();
          next = reader.next()) {
        if (wanted.contains(number)) {
          contents.put(number, reader.content(Math.toIntExact(next.get().entry().getSize())));
        }
        number++;
      }
    }
    byte[] nothing = {};
    return members.stream().map(m -> contents.getOrDefault(m.number(), nothing)).toList();
  }

  /**
   * Reads a file of an uncompressed archive at its offset.
   *
   * @throws IOException if the archive cannot be read any more
   */
  byte[] read(Member member) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(member.size()));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, member.offset() + buffer.position()) < 0) {
          throw new EOFException(
              "%s: expected %,d bytes, but the archive ends early"
                  .formatted(name(member), member.size()));
        }
      }
      return buffer.array();
    }
  }
}
