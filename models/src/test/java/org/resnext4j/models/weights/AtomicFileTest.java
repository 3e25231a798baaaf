package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
  void aMissingFolderIsNamedAndNotTheTemporaryFile() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> AtomicFile.write(missing.resolve("file"), new byte[0]))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
  }
}
