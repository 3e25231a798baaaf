package org.resnext4j.inference.embedding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.resnext4j.models.ProjectVersion;

/**
 * Writes embeddings in Apache Parquet's format: one row for each picture, with the columns {@code
 * name} (text) and {@code features} (a list of float32). Values are plain and uncompressed, because
 * compression hardly shrinks embeddings and every reader supports this form.
 *
 * <p>The format is version 2 of parquet-format: pages with headers in Thrift's compact protocol,
 * and the file's metadata at its end.
 */
final class ParquetFile {

  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /** Largest number of values in a page. These values take a quarter of a megabyte. */
  private static final int NUMBERS_OF_PAGE = 1 << 16;

  // Values of parquet-format's enumerations.
  private static final int FLOAT = 4;
  private static final int BYTE_ARRAY = 6;
  private static final int REQUIRED = 0;
  private static final int REPEATED = 2;
  private static final int UTF8 = 0;
  private static final int LIST = 3;
  private static final int PLAIN = 0;
  private static final int RUN_LENGTH = 3;
  private static final int UNCOMPRESSED = 0;

  private final FileChannel target;
  private final List<String> names;
  private final int size;
  private long written;

  private ParquetFile(FileChannel target, List<String> names, int size) {
    this.target = target;
    this.names = names;
    this.size = size;
  }

  /**
   * Writes a whole file.
   *
   * @param target the file, which is empty
   * @param names names of the pictures
   * @param rows channel with the embeddings: float32 in little-endian order, row by row, from the
   *     channel's position
   * @param size length of an embedding
   */
  static void write(FileChannel target, List<String> names, FileChannel rows, int size)
      throws IOException {
    new ParquetFile(target, names, size).write(rows);
  }

  /**
   * The pages of a column: its path in the schema, the position of the first page, the number of
   * bytes and the number of values.
   */
  private record Column(List<String> path, int type, long start, long bytes, long values) {}

  private void write(FileChannel rows) throws IOException {
    put(MAGIC);
    Column nameColumn = writeNames();
    Column featureColumn = writeFeatures(rows);
    byte[] footer = footer(List.of(nameColumn, featureColumn));
    put(footer);
    put(littleEndian(footer.length));
    put(MAGIC);
  }

  private Column writeNames() throws IOException {
    long start = written;
    int rowsOfPage = NUMBERS_OF_PAGE / 16;
    for (int first = 0; first < names.size(); first += rowsOfPage) {
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      int end = Math.min(names.size(), first + rowsOfPage);
      for (String name : names.subList(first, end)) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        page.writeBytes(littleEndian(text.length));
        page.writeBytes(text);
      }
      putPage(end - first, new byte[0], ByteBuffer.wrap(page.toByteArray()));
    }
    return new Column(List.of("name"), BYTE_ARRAY, start, written - start, names.size());
  }

  private Column writeFeatures(FileChannel rows) throws IOException {
    long start = written;
    int rowsOfPage = Math.max(1, NUMBERS_OF_PAGE / size);
    for (int first = 0; first < names.size(); first += rowsOfPage) {
      int count = Math.min(rowsOfPage, names.size() - first);
      ByteBuffer values = ByteBuffer.allocate(count * size * Float.BYTES);
      while (values.hasRemaining()) {
        if (rows.read(values) < 0) {
          throw new IOException("the temporary file of embeddings ended early");
        }
      }
      putPage(count * size, levels(count), values.flip());
    }
    return new Column(
        List.of("features", "list", "element"),
        FLOAT,
        start,
        written - start,
        (long) names.size() * size);
  }

  /**
   * The levels that mark the lists, as runs. The repetition level is 0 for the first number of each
   * list and 1 for the others; the definition level of all numbers is 1.
   */
  private byte[] levels(int rows) {
    ByteArrayOutputStream repetition = new ByteArrayOutputStream();
    for (int row = 0; row < rows; row++) {
      run(repetition, 1, 0);
      if (size > 1) {
        run(repetition, size - 1, 1);
      }
    }
    ByteArrayOutputStream definition = new ByteArrayOutputStream();
    run(definition, rows * size, 1);
    ByteArrayOutputStream levels = new ByteArrayOutputStream();
    levels.writeBytes(littleEndian(repetition.size()));
    levels.writeBytes(repetition.toByteArray());
    levels.writeBytes(littleEndian(definition.size()));
    levels.writeBytes(definition.toByteArray());
    return levels.toByteArray();
  }

  private static void run(ByteArrayOutputStream to, int length, int value) {
    CompactThrift.writeVarint(to, (long) length << 1);
    to.write(value);
  }

  private void putPage(int values, byte[] levels, ByteBuffer rest) throws IOException {
    int bytes = levels.length + rest.remaining();
    CompactThrift header = new CompactThrift();
    header.integer(1, 0); // A data page.
    header.integer(2, bytes);
    header.integer(3, bytes);
    header.structure(
        5,
        page -> {
          page.integer(1, values);
          page.integer(2, PLAIN);
          page.integer(3, RUN_LENGTH);
          page.integer(4, RUN_LENGTH);
        });
    put(header.finish());
    put(levels);
    put(rest);
  }

  private byte[] footer(List<Column> columns) {
    CompactThrift file = new CompactThrift();
    file.integer(1, 1);
    file.structures(
        2,
        List.of(
            root -> {
              root.text(4, "embeddings");
              root.integer(5, 2);
            },
            name -> {
              name.integer(1, BYTE_ARRAY);
              name.integer(3, REQUIRED);
              name.text(4, "name");
              name.integer(6, UTF8);
              name.structure(10, kind -> kind.structure(1, text -> {}));
            },
            features -> {
              features.integer(3, REQUIRED);
              features.text(4, "features");
              features.integer(5, 1);
              features.integer(6, LIST);
              features.structure(10, kind -> kind.structure(3, list -> {}));
            },
            list -> {
              list.integer(3, REPEATED);
              list.text(4, "list");
              list.integer(5, 1);
            },
            element -> {
              element.integer(1, FLOAT);
              element.integer(3, REQUIRED);
              element.text(4, "element");
            }));
    file.number(3, names.size());
    List<CompactThrift.Writer> groups = new ArrayList<>();
    if (!names.isEmpty()) {
      groups.add(group -> {
        group.structures(1, columns.stream().map(ParquetFile::chunk).toList());
        group.number(2, columns.stream().mapToLong(Column::bytes).sum());
        group.number(3, names.size());
      });
    }
    file.structures(4, groups);
    file.text(6, "resnext4j version " + ProjectVersion.text());
    return file.finish();
  }

  private static CompactThrift.Writer chunk(Column column) {
    return chunk -> {
      chunk.number(2, column.start());
      chunk.structure(
          3,
          meta -> {
            meta.integer(1, column.type());
            meta.integers(2, List.of(PLAIN, RUN_LENGTH));
            meta.texts(3, column.path());
            meta.integer(4, UNCOMPRESSED);
            meta.number(5, column.values());
            meta.number(6, column.bytes());
            meta.number(7, column.bytes());
            meta.number(9, column.start());
          });
    };
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private void put(byte[] bytes) throws IOException {
    put(ByteBuffer.wrap(bytes));
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      written += target.write(bytes);
    }
  }
}
