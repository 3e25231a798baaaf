package org.resnext4j.vision.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CsvRecordTest {

  @Test
  void fieldsThatWouldBreakARecordAreInQuotes() {
    assertThat(CsvRecord.of("plain", "", "a,b", "say \"hi\"", "two\nlines", "dos\r\n"))
        .isEqualTo("plain,,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"dos\r\n\"");
  }

  @Test
  void controlCharactersAreEscaped() {
    assertThat(CsvRecord.of("a\u001b[31m", "gpj.\u202eexe", "lone\rreturn", "a\tb"))
        .isEqualTo("a\\u001b[31m,gpj.\\u202eexe,lone\\rreturn,a\tb");
  }
}
