package org.resnext4j.models.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Containers around pickles that tests make. */
final class SmallFiles {

  private static final byte[] LEGACY_START = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.',
    (byte) 0x80,
    2,
    'M',
    (byte) 0xe9,
    3,
    '.',
    '}',
    '.'
  };

  private SmallFiles() {}

  /** A zip archive, as PyTorch writes it, of a pickle and one storage of four floats. */
  static byte[] zip(byte[] pickle) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "w/data.pkl", pickle);
      put(zip, "w/data/0", new byte[16]);
      put(zip, "w/version", new byte[] {'3', '\n'});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A legacy file of a pickle, with an empty list of storages. */
  static byte[] legacy(byte[] pickle) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(LEGACY_START);
    bytes.writeBytes(pickle);
    bytes.writeBytes(new byte[] {']', '.'});
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
