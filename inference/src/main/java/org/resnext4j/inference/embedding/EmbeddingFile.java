package org.resnext4j.inference.embedding;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.vision.text.Printable;

/**
 * Writes a file of embeddings for NumPy or in Apache Parquet's format. The file appears when {@link
 * #finish} succeeds. Without a call of that method, {@link #close} leaves no file behind.
 *
 * <ul>
 *   <li>{@code NAME.npy} holds the matrix, float32 {@code [pictures, size]}. The file {@code
 *       NAME.txt} in the same folder holds the pictures' names, one on each line, in the matrix's
 *       order.
 *   <li>{@code NAME.npz} holds both as {@code features} and {@code names}.
 *   <li>{@code NAME.parquet} has one row for each picture, with the columns {@code name} and {@code
 *       features}, a list.
 * </ul>
 *
 * <p>NumPy's format is version 1.0 (NEP 1), which {@code numpy.load} reads without pickle. Each row
 * goes to a temporary file at once, so memory holds only the names.
 */
public final class EmbeddingFile implements AutoCloseable {

  /** NumPy aligns the data to a multiple of this number of bytes. */
  private static final int ALIGNMENT = 64;

  /**
   * Size of the header, sufficient for any number of rows. The header is written again when the
   * number is known.
   */
  private static final int MATRIX_HEADER = 2 * ALIGNMENT;

  private static final Charset UTF_32 = Charset.forName("UTF-32LE");

  private final Path file;
  private final int size;
  private final Path rows;
  private final FileChannel channel;
  private final ByteBuffer row;
  private final List<String> names = new ArrayList<>();

  private EmbeddingFile(Path file, int size, Path rows) throws IOException {
    this.file = file;
    this.size = size;
    this.rows = rows;
    this.channel = FileChannel.open(rows, java.nio.file.StandardOpenOption.WRITE);
    this.row = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(MATRIX_HEADER);
  }

  /**
   * Begins a file.
   *
   * @param file path with the extension {@code .npy}, {@code .npz} or {@code .parquet}
   * @param size length of an embedding
   * @throws IllegalArgumentException if the path has another extension
   * @throws IOException if the file's folder is not writable
   */
  public static EmbeddingFile create(Path file, int size) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".npy") && !name.endsWith(".npz") && !name.endsWith(".parquet")) {
      throw new IllegalArgumentException(
          "%s: expected a name that ends in .npy, .npz or .parquet".formatted(file));
    }
    Path folder = file.toAbsolutePath().getParent();
    return new EmbeddingFile(file, size, Files.createTempFile(folder, ".embeddings", ".tmp"));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if the embedding has another length
   * @throws IOException if the disk is full or fails
   */
  public void write(Embedding.Vector vector) throws IOException {
    if (vector.values().length != size) {
      throw new IllegalArgumentException(
          "expected an embedding of %d numbers, but found %d"
              .formatted(size, vector.values().length));
    }
    row.clear();
    row.asFloatBuffer().put(vector.values());
    writeFully(channel, row);
    names.add(Printable.of(vector.source()));
  }

  /** Completes the file, with the names of the pictures, and moves it to its path. */
  public void finish() throws IOException {
    channel.position(0);
    writeFully(
        channel,
        ByteBuffer.wrap(header("<f4", "(" + names.size() + ", " + size + ")", MATRIX_HEADER)));
    channel.force(true);
    channel.close();
    String name = file.getFileName().toString();
    if (name.toLowerCase(Locale.ROOT).endsWith(".npz")) {
      AtomicFile.write(file, this::zip);
      return;
    }
    if (name.toLowerCase(Locale.ROOT).endsWith(".parquet")) {
      AtomicFile.write(file, this::parquet);
      return;
    }
    AtomicFile.write(
        file,
        target -> {
          try (FileChannel source = FileChannel.open(rows)) {
            long left = source.size();
            while (left > 0) {
              left -= source.transferTo(source.size() - left, left, target);
            }
          }
        });
    AtomicFile.write(
        file.resolveSibling(name.substring(0, name.length() - ".npy".length()) + ".txt"),
        names.isEmpty() ? "" : String.join("\n", names) + "\n");
  }

  private void parquet(FileChannel target) throws IOException {
    try (FileChannel source = FileChannel.open(rows)) {
      ParquetFile.write(target, names, source.position(MATRIX_HEADER), size);
    }
  }

  /** Writes both arrays without compression, like numpy.savez. */
  private void zip(FileChannel target) throws IOException {
    ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(target)));
    zip.putNextEntry(new ZipEntry("features.npy"));
    Files.copy(rows, zip);
    zip.putNextEntry(new ZipEntry("names.npy"));
    writeNames(zip);
    zip.finish();
    zip.flush();
  }

  /** Writes an array of NumPy's fixed-width text, which has four bytes for each character. */
  private void writeNames(OutputStream to) throws IOException {
    int longest = 1;
    for (String name : names) {
      longest = Math.max(longest, name.codePointCount(0, name.length()));
    }
    to.write(header("<U" + longest, "(" + names.size() + ",)", ALIGNMENT));
    byte[] cell = new byte[longest * Integer.BYTES];
    for (String name : names) {
      byte[] text = name.getBytes(UTF_32);
      java.util.Arrays.fill(cell, (byte) 0);
      System.arraycopy(text, 0, cell, 0, text.length);
      to.write(cell);
    }
  }

  /** NumPy's header, padded with blanks to a multiple of the alignment and to a minimum length. */
  private static byte[] header(String type, String shape, int least) {
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    int prefix = 10;
    int whole = Math.max(least, Math.ceilDiv(prefix + text.length() + 1, ALIGNMENT) * ALIGNMENT);
    ByteBuffer header = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (whole - prefix));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    bytes.position(0).limit(bytes.capacity());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(rows);
  }
}
