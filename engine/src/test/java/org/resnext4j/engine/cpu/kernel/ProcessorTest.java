package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {

  private static final Processor ZEN4 =
      Processor.fromLines(
          List.of("processor\t: 0", "vendor_id\t: AuthenticAMD", "cpu family\t: 25"));

  @Test
  void zen4AddsBesideMultiplyingWithItsWidestVectorsOnly() {
    assertThat(ZEN4.addsBesideMultiplying(16)).isTrue();
    assertThat(ZEN4.addsBesideMultiplying(8)).isFalse();
    assertThat(
            Processor.fromIdentifier("AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD")
                .addsBesideMultiplying(16))
        .isTrue();
  }

  @Test
  void othersAndUnknownOnesDoNot() {
    assertThat(
            Processor.fromIdentifier("Intel64 Family 6 Model 85 Stepping 7, GenuineIntel")
                .addsBesideMultiplying(16))
        .isFalse();
    assertThat(
            Processor.fromLines(List.of("vendor_id : GenuineIntel", "cpu family : 6"))
                .addsBesideMultiplying(16))
        .isFalse();
    assertThat(
            Processor.fromLines(List.of("nothing", "cpu family : 99999999999999"))
                .addsBesideMultiplying(16))
        .isFalse();
    assertThat(Processor.fromIdentifier("ARMv8 (64-bit)").addsBesideMultiplying(16)).isFalse();
  }

  @Test
  void thisMachineIsReadWithoutFail() {
    assertThat(Processor.ofThisMachine()).isNotNull();
  }
}
