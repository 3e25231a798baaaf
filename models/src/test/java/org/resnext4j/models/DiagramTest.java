package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiagramTest {

  private static final ResNeXt MODEL = ResNeXt.preset("resnext50_32x4d");

  @Test
  void theGroupedBlockIsTable1s() {
    assertThat(Diagram.of(MODEL))
        .isEqualToNormalizingNewlines(
            """
                      256-d in
                          │─────────────────┐
            [       256, 1×1, 128       ]   │
                          │                 │
            [ 128, 3×3, 128, group = 32 ]   │
                          │                 │
            [       128, 1×1, 256       ]   │
                          │                 │
                          +─────────────────┘
                      256-d out
            """);
  }

  @Test
  void theOtherFormsSayHowManyPaths() {
    assertThat(Diagram.of(MODEL.withForm(BlockForm.SUMMED)))
        .contains(
            "256, 1×1, 4 on each of 32 paths", "4, 1×1, 256 on each of 32 paths", "sum of 32");
    assertThat(Diagram.of(MODEL.withForm(BlockForm.CONCATENATED)))
        .contains("concatenate 32 × 4 channels", "128, 1×1, 256");
  }

  @Test
  void relativesSayWhatDiffers() {
    assertThat(Diagram.of(ResNeXt.preset("seresnextaa101d_32x8d")))
        .contains(
            "squeeze, excite, scale",
            "three 3×3 convolutions of 32, 32 and 64 channels",
            "the mean of 2×2 pixels behind the 3×3 convolution",
            "shortcuts with a stride: the mean of 2×2 pixels, then 1×1");
    assertThat(Diagram.of(ResNeXt.preset("resnext26ts"))).contains("SiLU", "of 24, 32 and 64");
    assertThat(Diagram.of(ResNeXt.preset("legacy_seresnext50_32x4d"))).contains("no padding");
  }

  @Test
  void aBlockWithoutShortcutShowsNone() {
    assertThat(Diagram.of(MODEL.withShortcut(Shortcut.NONE))).doesNotContain("+", "┐");
  }
}
