package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void bytesReplaceAFileAsAWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old and longer");
    AtomicFile.write(file, new byte[] {'n', 'e', 'w'});
    assertThat(file).content().isEqualTo("new");
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
  }

  @Test
  void aFullDiskIsToldWithTheFilesNameAndLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[] {'h', 'a', 'l', 'f'}));
                  throw new IOException("No space left on device");
                }))
        .hasMessage(file + ": could not be written: No space left on device");
    assertThat(file).content().isEqualTo("old");
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
  }

  @Test
  void aPipeTakesTheBytesAndStaysAPipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process reader = new ProcessBuilder("cat", pipe.toString()).start();
    AtomicFile.write(pipe, new byte[] {'n', 'e', 'w'});
    assertThat(reader.getInputStream()).hasContent("new");
    assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther()).isTrue();
  }

  @Test
  void aMissingFolderIsNamedAndNotTheTemporaryFile() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> AtomicFile.write(missing.resolve("file"), new byte[0]))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
  }

  @Test
  void onlyWhatItLeftHalfWrittenIsCleared() throws IOException {
    AtomicFile.write(folder.resolve("file"), new byte[] {1});
    String stray = ".a b.safetensors.0f8fad5b-d9cb-469f-a165-70867728950e.tmp";
    Files.writeString(folder.resolve(stray), "half");
    for (String other : List.of(".tmp", ".file.tmp", "x.tmp", ".lock", stray + "x", "x" + stray)) {
      Files.writeString(folder.resolve(other), "kept");
    }
    Files.createDirectory(folder.resolve(stray.replace("a b", "folder")));
    AtomicFile.clearStrays(folder);
    assertThat(folder).isDirectoryNotContaining(f -> f.getFileName().toString().equals(stray));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).hasSize(8);
    }
  }
}
