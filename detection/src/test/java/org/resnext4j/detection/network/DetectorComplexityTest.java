package org.resnext4j.detection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.models.ResNeXt;

/**
 * Costs of torchvision's detectors, counted in PyTorch at 800×1344 with 1,000 regions. Scales and
 * biases of frozen batch norms, which torchvision keeps as buffers, are among the parameters.
 */
class DetectorComplexityTest {

  @ParameterizedTest
  @CsvSource({
    "resnet50, V1, 41808406, 87.582, 60.9, 53.147, 14.36",
    "resnet50, V2, 43712278, 87.582, 60.9, 105.95, 128.917",
    "resnext50_32x4d, V1, 41280278, 90.61, 60.9, 53.147, 14.36",
    "resnext101_32x8d, V1, 105042710, 351.685, 60.9, 53.147, 14.36"
  })
  void costsAreThoseOfTorchvision(
      String trunk,
      FasterRcnn.Form form,
      long parameters,
      double trunkWork,
      double pyramid,
      double proposals,
      double boxes) {
    FasterRcnn detector = FasterRcnn.of(ResNeXt.preset(trunk), form, 91);
    DetectorComplexity complexity = DetectorComplexity.of(detector);
    assertThat(complexity.parameters()).isEqualTo(parameters);
    double[] expected = {trunkWork, pyramid, proposals, boxes};
    for (int i = 0; i < expected.length; i++) {
      assertThat(complexity.parts().get(i).multiplyAdds() / 1e9)
          .isCloseTo(expected[i], within(0.006));
    }
  }
}
