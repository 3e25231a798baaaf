package org.resnext4j.vision.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void whatControlsATerminalIsShownAndNotSent() {
    assertThat(Printable.of("a\u001b[31mb\u009b0m\u007f\r\n\t"))
        .isEqualTo("a\\u001b[31mb\\u009b0m\\u007f\\r\\n\\t");
    assertThat(Printable.of("gpj.\u202eexe")).isEqualTo("gpj.\\u202eexe");
    assertThat(Printable.lines("a\u0007\r\nb\tc")).isEqualTo("a\\u0007\r\nb\tc");
    assertThat(Printable.lines("a\rb\n\r")).isEqualTo("a\\rb\n\\r");
  }

  @Test
  void lettersOfAllLanguagesStayAsTheyAre() {
    String text = "Zürich, İstanbul, 東京, שלום, 👩‍🔬, e\u0301";
    assertThat(Printable.of(text)).isSameAs(text);
  }
}
