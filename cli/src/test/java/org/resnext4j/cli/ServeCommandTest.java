package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeCommandTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--weights absent.safetensors",
        "--weights ../x/=absent.safetensors",
        "--model no_such_model",
        "--max-batch 0",
        "--max-batch 8 --queue 4",
        "--max-delay -1",
        "--certificate absent.pem",
        "--port many",
      })
  void wrongOptionsAreRefusedBeforeAnythingListens(String options) {
    assertThat(Main.run(("serve " + options).split(" "))).isEqualTo(2);
  }
}
