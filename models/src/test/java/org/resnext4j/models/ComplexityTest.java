package org.resnext4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.models.CardinalitySolver.Choice;
import org.resnext4j.models.Complexity.Level;
import org.resnext4j.models.Complexity.Part;

class ComplexityTest {

  /** Table 1 and Table 4 of the paper, and the figure listed for ResNeXt-101 64×4d at 320². */
  @ParameterizedTest
  @CsvSource({
    "resnet50, 224, 25.5e6, 4.1e9, 0.1e6, 0.05e9",
    "resnext50_32x4d, 224, 25.0e6, 4.2e9, 0.1e6, 0.05e9",
    "resnext101_32x4d, 224, 44.2e6, 8.0e9, 0.1e6, 0.05e9",
    "resnext101_64x4d, 224, 83.5e6, 15.5e9, 0.1e6, 0.05e9",
    "resnext101_64x4d, 320, 83.5e6, 31.5e9, 0.1e6, 0.05e9",
    "resnext29_8x64d, 32, 34.4e6, 5.4e9, 0.1e6, 0.05e9",
  })
  void parametersAndMultiplyAddsArePublished(
      String name,
      int size,
      double parameters,
      double multiplyAdds,
      double parametersWithin,
      double multiplyAddsWithin) {
    Complexity complexity = Complexity.of(ResNeXt.preset(name), size);
    assertThat((double) complexity.parameters()).isCloseTo(parameters, within(parametersWithin));
    assertThat((double) complexity.multiplyAdds())
        .isCloseTo(multiplyAdds, within(multiplyAddsWithin));
  }

  /** Table 1's template: channels and map sides of ResNeXt-50 by stage. */
  @Test
  void stagesHaveTheTemplatesMaps() {
    List<Part> stages = Complexity.of(ResNeXt.preset("resnext50_32x4d")).parts(Level.STAGE);
    assertThat(stages.stream().map(Part::name))
        .containsExactly("stem", "layer1", "layer2", "layer3", "layer4", "head");
    assertThat(stages.stream().map(part -> part.output().height()))
        .containsExactly(56, 56, 28, 14, 7, 1);
    assertThat(stages.stream().map(part -> part.output().channels()))
        .containsExactly(64, 256, 512, 1024, 2048, 1000);
  }

  @Test
  void partsOfEveryLevelAddUpToTheWhole() {
    Complexity complexity = Complexity.of(ResNeXt.preset("resnext50_32x4d"), 97);
    for (Level level : Level.values()) {
      List<Part> parts = complexity.parts(level);
      assertThat(parts.stream().mapToLong(Part::parameters).sum())
          .isEqualTo(complexity.parameters());
      assertThat(parts.stream().mapToLong(Part::multiplyAdds).sum())
          .isEqualTo(complexity.multiplyAdds());
      assertThat(parts.stream().mapToLong(Part::activationBytes).sum())
          .isEqualTo(complexity.activationBytes());
    }
  }

  /** Table 2: about 70k parameters and 0.22 GFLOPs a block at every cardinality. */
  @ParameterizedTest
  @CsvSource({"1, 64, 64", "2, 40, 80", "4, 24, 96", "8, 14, 112", "32, 4, 128"})
  void theWidthThatKeepsTheComplexityIsTable2s(int cardinality, int width, int groupWidth) {
    Choice choice = CardinalitySolver.solve(ResNeXt.preset("resnet50"), cardinality);
    assertThat(choice.width()).isEqualTo(width);
    assertThat(choice.groupWidth()).isEqualTo(groupWidth);
    assertThat((double) choice.blockParameters()).isCloseTo(70e3, within(1.5e3));
    assertThat((double) choice.blockMultiplyAdds()).isCloseTo(0.22e9, within(0.006e9));
  }

  @Test
  void moreCardinalityThanChannelsIsRefused() {
    assertThatThrownBy(() -> CardinalitySolver.solve(ResNeXt.preset("resnet50"), 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("less than one");
  }
}
