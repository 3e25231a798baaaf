package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Interpolation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A network with one input channel, held to the logits that torch 1.13 computed. */
class GreyNetworkTest {

  private static final int PIXELS = 32 * 32;

  private static Path cases(String name) {
    Path path =
        Path.of(System.getProperty("resnext4j.root", ".."), "../shared/cases/weights", name);
    assumeTrue(Files.exists(path), () -> "the shared cases are not here: " + path);
    return path;
  }

  private static Classifier grey(float mean, float deviation) throws IOException {
    return Classifier.builder()
        .weights(cases("grey_input.pth"))
        .preprocessing(
            new Preprocessing(
                32, 32, Interpolation.BILINEAR, new float[] {mean}, new float[] {deviation}))
        .build();
  }

  @Test
  void tensorsOfOneChannelGiveTorchsLogits() throws IOException {
    float[] images = new float[2 * PIXELS];
    ByteBuffer.wrap(Files.readAllBytes(cases("input-grey.f32")))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(images);
    JsonNode expected =
        JsonMapper.shared().readTree(cases("expected.json").toFile()).get("grey_input.pth");
    try (Classifier classifier = grey(0, 1)) {
      float[] logits = classifier.logits(images, 2);
      for (int i = 0; i < logits.length; i++) {
        assertThat((double) logits[i])
            .isCloseTo(expected.get(i / 10).get(i % 10).doubleValue(), within(1e-5));
      }
    }
  }

  @Test
  void picturesAreConvertedAsPillowDoes() throws IOException {
    // Pillow 9.4: Image.new("RGB", (32, 32), colour).convert("L").getpixel((0, 0))
    byte[] colour = {(byte) 200, 30, 90};
    int level = 88;
    Image picture = Image.black(32, 32);
    for (int i = 0; i < picture.rgb().length; i++) {
      picture.rgb()[i] = colour[i % 3];
    }
    try (Classifier classifier = grey(0.5f, 0.25f)) {
      float[] prepared = classifier.prepare(picture);
      assertThat(prepared).hasSize(PIXELS);
      assertThat(prepared).containsOnly((level / 255f - 0.5f) / 0.25f);
      assertThat(classifier.classify(picture).logits())
          .containsExactly(classifier.logits(prepared, 1));
      assertThat(classifier.explain(picture).rows()).isPositive();
    }
  }

  @Test
  void theUsualMeanAndDeviationOfColoursBecomeThoseOfGrey() throws IOException {
    try (Classifier classifier = Classifier.builder().weights(cases("grey_input.pth")).build()) {
      assertThat(classifier.preprocessing()).isEqualTo(Preprocessing.cifar().withChannels(1));
      assertThat(classifier.preprocessing().mean()).hasSize(1);
    }
  }

  @Test
  void channelsThatAreNoPicturesAreRefused() {
    assertThatThrownBy(() -> Preprocessing.cifar().withChannels(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the network reads 4");
  }
}
