package org.resnext4j.vision.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads the two kinds of NumPy array that the fixtures use out of an {@code .npz} archive. */
final class Npz {

  private Npz() {}

  static float[] floats(Path file, String name) throws IOException {
    ByteBuffer data = data(file, name, "'<f4'");
    float[] values = new float[data.remaining() / Float.BYTES];
    data.asFloatBuffer().get(values);
    return values;
  }

  static long[] longs(Path file, String name) throws IOException {
    ByteBuffer data = data(file, name, "'<i8'");
    long[] values = new long[data.remaining() / Long.BYTES];
    data.asLongBuffer().get(values);
    return values;
  }

  private static ByteBuffer data(Path file, String name, String type) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(name + ".npy");
      ByteBuffer bytes =
          ByteBuffer.wrap(zip.getInputStream(entry).readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      int headerLength = bytes.getShort(8);
      String header = new String(bytes.array(), 10, headerLength, StandardCharsets.US_ASCII);
      if (!header.contains(type) || !header.contains("'fortran_order': False")) {
        throw new IOException("%s of %s is not a plain array of %s".formatted(name, file, type));
      }
      return bytes.position(10 + headerLength).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
