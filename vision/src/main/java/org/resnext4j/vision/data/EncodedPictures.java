package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/**
 * The pictures of an archive. The data set keeps the encoded pictures of a compressed archive in
 * memory, and reads those of an uncompressed archive from the archive on demand.
 */
final class EncodedPictures implements Dataset {

  /** Reads the bytes of a picture. */
  @FunctionalInterface
  private interface Contents {
    byte[] read(int index) throws IOException;
  }

  private final TarArchive archive;
  private final ClassFolders<TarArchive.Member> found;
  private final Contents contents;
  private final ImageReader reader;

  private EncodedPictures(
      TarArchive archive,
      ClassFolders<TarArchive.Member> found,
      Contents contents,
      ImageReader reader) {
    Labelled.check(found.classes().size(), found.files().size(), found.labels());
    this.archive = archive;
    this.found = found;
    this.contents = contents;
    this.reader = reader;
  }

  /**
   * Creates a data set of the pictures in an archive.
   *
   * @param maximumBytes limit of encoded pictures in memory, in bytes
   * @throws IOException if the archive cannot be read, or its encoded pictures exceed the limit
   */
  static EncodedPictures of(
      TarArchive archive,
      ClassFolders<TarArchive.Member> found,
      ImageReader reader,
      long maximumBytes)
      throws IOException {
    if (archive.compressed()) {
      List<byte[]> files = archive.read(found.files(), maximumBytes);
      return new EncodedPictures(archive, found, files::get, reader);
    }
    return new EncodedPictures(
        archive, found, index -> archive.read(found.files().get(index)), reader);
  }

  @Override
  public List<String> classes() {
    return found.classes();
  }

  @Override
  public int size() {
    return found.labels().length;
  }

  @Override
  public int label(int index) {
    return found.labels()[index];
  }

  @Override
  public String name(int index) {
    return archive.name(found.files().get(index));
  }

  @Override
  public Skipped skipped() {
    return found.skipped();
  }

  @Override
  public Image read(int index) throws IOException {
    TarArchive.Member member = found.files().get(index);
    if (member.number() < 0) {
      throw new ImageException(name(index) + ": expected a picture, but found a link to nothing");
    }
    if (member.size() > reader.maximumBytes()) {
      throw new ImageException(
          "%s: expected a file of at most %,d bytes, but found %,d"
              .formatted(name(index), reader.maximumBytes(), member.size()));
    }
    return reader.read(contents.read(index), name(index));
  }
}
