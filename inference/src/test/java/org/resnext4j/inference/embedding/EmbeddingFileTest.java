package org.resnext4j.inference.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {

  @TempDir private Path folder;

  private void write(Path file) throws IOException {
    try (EmbeddingFile written = EmbeddingFile.create(file, 3)) {
      written.write(new Embedding.Vector("a.png", new float[] {1, 2, 3}));
      written.write(new Embedding.Vector("größe\n😀.png", new float[] {-1, 0.5f, 4}));
      written.finish();
    }
  }

  /** The dictionary of NumPy's header, which NEP 1 lets begin after ten bytes. */
  private static String dictionary(byte[] npy) {
    assertThat(npy).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    int length =
        Short.toUnsignedInt(ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN).getShort(8));
    assertThat((10 + length) % 64).isZero();
    assertThat(npy[10 + length - 1]).isEqualTo((byte) '\n');
    return new String(npy, 10, length, StandardCharsets.US_ASCII).strip();
  }

  @Test
  void anNpyFileIsAMatrixWithItsNamesBeside() throws Exception {
    Path file = folder.resolve("features.npy");
    write(file);
    byte[] npy = Files.readAllBytes(file);
    assertThat(dictionary(npy))
        .isEqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    float[] values = new float[6];
    ByteBuffer.wrap(npy, npy.length - 24, 24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    assertThat(values).containsExactly(1, 2, 3, -1, 0.5f, 4);
    assertThat(Files.readString(folder.resolve("features.txt")))
        .isEqualTo("a.png\ngröße\\n😀.png\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void anNpzFileHoldsBothArrays() throws Exception {
    Path file = folder.resolve("features.npz");
    write(file);
    List<String> entries = new ArrayList<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.add(entry.getName());
        byte[] array = zip.readAllBytes();
        if (entry.getName().equals("names.npy")) {
          assertThat(dictionary(array))
              .isEqualTo("{'descr': '<U12', 'fortran_order': False, 'shape': (2,), }");
          assertThat(
                  new String(
                      array, array.length - 48, 48, java.nio.charset.Charset.forName("UTF-32LE")))
              .isEqualTo("größe\\n😀.png");
        }
      }
    }
    assertThat(entries).containsExactly("features.npy", "names.npy");
  }

  @Test
  void whatIsNotFinishedLeavesNoTrace() throws Exception {
    try (EmbeddingFile file = EmbeddingFile.create(folder.resolve("features.npy"), 1)) {
      file.write(new Embedding.Vector("a", new float[1]));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void otherFormatsAreRefusedByName() {
    assertThatThrownBy(() -> EmbeddingFile.create(folder.resolve("features.feather"), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "features.feather: expected a name that ends in .npy, .npz or .parquet");
  }
}
