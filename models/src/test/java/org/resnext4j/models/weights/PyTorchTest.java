package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/** Files that PyTorch wrote, of every pickle protocol, and pickles made by hand to do harm. */
class PyTorchTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "protocol1.pth",
        "protocol2.pth",
        "protocol3.pth",
        "protocol4.pth",
        "protocol5.pth",
        "legacy1.pth",
        "legacy2.pth",
        "legacy4.pth",
        "deflated.pth",
        "checkpoint.pth"
      })
  void everyProtocolHoldsTheSameTensors(String name) throws IOException {
    try (WeightFile file = WeightFiles.open(Resources.path(name))) {
      assertThat(file.tensors().keySet())
          .containsExactly(
              "a.weight",
              "a.bias",
              "transposed",
              "expanded",
              "narrowed",
              "channels_last",
              "parameter",
              "flags",
              "empty");
      assertTensor(file, "a.weight", ElementType.F32, List.of(2, 3), 0, 1, 2, 3, 4, 5);
      assertTensor(file, "a.bias", ElementType.F64, List.of(2), 0.5f, -0.25f);
      assertTensor(file, "transposed", ElementType.F32, List.of(3, 2), 0, 3, 1, 4, 2, 5);
      assertTensor(file, "expanded", ElementType.F32, List.of(3), 7, 7, 7);
      assertTensor(file, "narrowed", ElementType.I64, List.of(3), 4, 5, 6);
      float[] upTo24 = new float[24];
      for (int i = 0; i < upTo24.length; i++) {
        upTo24[i] = i;
      }
      assertTensor(file, "channels_last", ElementType.F32, List.of(1, 2, 3, 4), upTo24);
      assertTensor(file, "parameter", ElementType.F32, List.of(), 3);
      assertTensor(file, "flags", ElementType.BOOL, List.of(2), 1, 0);
      assertTensor(file, "empty", ElementType.F32, List.of(0, 2));
    }
  }

  @Test
  void partsOfAViewAreReadFromAnyPlace() throws IOException {
    try (WeightFile file = WeightFiles.open(Resources.path("protocol2.pth"))) {
      float[] part = new float[3];
      file.read("transposed", 2, part);
      assertThat(part).containsExactly(1, 4, 2);
      assertThatThrownBy(() -> file.read("transposed", 4, part))
          .hasMessageContaining("3 from value 4");
    }
  }

  @Test
  void whatElseACheckpointHoldsIsPassedOver() throws IOException {
    try (WeightFile file = WeightFiles.open(Resources.path("checkpoint.pth"))) {
      assertThat(file.skipped()).contains("epoch", "best", "args", "settings", "optimizer");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          complex.pth              | 'w' is of type ComplexFloatStorage, which is not supported
          no_tensors.pth           | its keys are [epoch, lr]
          expanded_bomb.pth        | hold more numbers than its 765 bytes could
          """)
  void whatIsNoStateDictIsRefusedInOneSentence(String name, String problem) {
    Path path = Resources.path(name);
    assertThatThrownBy(() -> WeightFiles.open(path).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cposix~system~(S'touch pwned'~tR.                  | would call posix.system
          cbuiltins~eval~(S'1'~tR.                           | would call builtins.eval
          c__builtin__~exec~(S'1'~tR.                        | would call __builtin__.exec
          (S'touch pwned'~ios~system~.                       | object of class os.system
          (cos~system~S'touch pwned'~o.                      | object of class os.system
          .                                                  | where there is none
          t.                                                 | without a mark
          g7~.                                               | entry 7 of its memo
          }S'a'~a.                                           | appends to what is no list
          ]S'a'~S'b'~s.                                      | sets items of what is no dictionary
          (S'a'~d.                                           | a key without a value
          ctorch._utils~_rebuild_tensor_v2~)R.               | torch._utils._rebuild_tensor_v2
          ctorch._utils~_rebuild_tensor_v2~(I1~I2~I3~tR.     | torch._utils._rebuild_tensor_v2
          I12x~.                                             | a number that is none
          (S'storage'~S'x'~tQ.                               | gives 2 arguments
          """)
  void aPickleThatWouldRunOrIsBrokenIsRefused(String program, String problem) throws IOException {
    Path file = write(program.replace('~', '\n').getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(problem);
    assertThat(Path.of("pwned")).doesNotExist();
  }

  @Test
  void aCollectionThatContainsItselfIsNoTrap() throws IOException {
    // state_dict: a dictionary, kept in memo 0, whose 'model' is itself.
    Path file = write("}p0\nS'model'\ng0\ns.".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("its keys are [model]");
  }

  @Test
  void tuplesNestedWithoutEndAreNoTrap() throws IOException {
    ByteArrayOutputStream program = new ByteArrayOutputStream();
    program.write(')');
    for (int i = 0; i < 1_000_000; i++) {
      program.write(0x85);
    }
    program.write('.');
    Path file = write(program.toByteArray());
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class);
  }

  @Test
  void anEntryThatInflatesBeyondReasonIsRefused() throws IOException {
    Path file = folder.resolve("bomb.pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("bomb/data.pkl"));
      zip.write(new byte[64 << 20]);
    }
    assertThatThrownBy(() -> WeightFiles.open(file).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining("more than a file of");
  }

  /** A zip archive, as PyTorch writes it, of a pickle. */
  private Path write(byte[] pickle) throws IOException {
    Path file = folder.resolve("w.pth");
    Files.write(file, SmallFiles.zip(pickle));
    return file;
  }

  private static void assertTensor(
      WeightFile file, String name, ElementType type, List<Integer> shape, float... values)
      throws IOException {
    assertThat(file.tensors().get(name)).isEqualTo(new TensorInfo(name, type, shape));
    assertThat(file.read(name).values()).as(name).containsExactly(values);
  }
}
