package org.resnext4j.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our Parquet files as a reader by others sees them. */
class ParquetFileTest {

  @TempDir private Path folder;

  private record Row(String name, List<Float> features) {}

  private Path write(List<Row> rows, int size) throws IOException {
    Path file = folder.resolve("features.parquet");
    try (EmbeddingFile written = EmbeddingFile.create(file, size)) {
      for (Row row : rows) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
          values[i] = row.features().get(i);
        }
        written.write(new Embedding.Vector(row.name(), values));
      }
      written.finish();
    }
    return file;
  }

  private static List<Row> read(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader row = reader.rowReader()) {
      while (row.hasNext()) {
        row.next();
        rows.add(new Row(row.getString("name"), List.copyOf(row.getList("features").floats())));
      }
    }
    return rows;
  }

  @Test
  void namesAndFeaturesComeBack() throws IOException {
    List<Row> rows =
        List.of(
            new Row("a.png", List.of(1f, 2f, 3f)), new Row("größe😀.png", List.of(-1f, 0.5f, 4f)));
    assertThat(read(write(rows, 3))).isEqualTo(rows);
  }

  @Test
  void manyPagesComeBack() throws IOException {
    List<Row> rows = new ArrayList<>();
    int size = 600; // 109 rows a page.
    for (int i = 0; i < 250; i++) {
      List<Float> features = new ArrayList<>();
      for (int k = 0; k < size; k++) {
        features.add(i + k / 1000f);
      }
      rows.add(new Row(i + ".png", features));
    }
    assertThat(read(write(rows, size))).isEqualTo(rows);
  }

  @Test
  void oneNumberAndNoRowsAreFilesToo() throws IOException {
    List<Row> rows = List.of(new Row("a", List.of(7f)), new Row("b", List.of(8f)));
    assertThat(read(write(rows, 1))).isEqualTo(rows);
    assertThat(read(write(List.of(), 5))).isEmpty();
  }
}
