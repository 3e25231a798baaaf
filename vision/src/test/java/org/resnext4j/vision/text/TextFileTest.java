package org.resnext4j.vision.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFileTest {

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void aByteOrderMarkTellsTheEncodingAndIsNoText(String charset) throws IOException {
    byte[] bytes = "\ufeffZürich\r\n東京\n".getBytes(Charset.forName(charset));
    assertThat(TextFile.decode("a.txt", bytes)).isEqualTo("Zürich\r\n東京\n");
  }

  @Test
  void bytesThatAreNoTextAreAnErrorThatNamesTheLine() {
    byte[] latin = "one\nZürich".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> TextFile.decode("a.txt", latin))
        .hasMessage("a.txt: expected UTF-8 text, but line 2 has bytes of something else");
    byte[] zeros = {'a', '\n', '\n', 0, 'b'};
    assertThatThrownBy(() -> TextFile.decode("a.txt", zeros))
        .hasMessage("a.txt: expected UTF-8 text, but line 3 has bytes of something else");
  }
}
