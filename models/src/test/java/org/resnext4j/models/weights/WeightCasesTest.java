package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.models.Fixtures;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.storage.WeightFileException;

/** One network in the forms that users have it in gives PyTorch's logits, or is refused. */
class WeightCasesTest {

  /** The folder of the cases; a test that asks for it skips where it is absent. */
  private static Path cases() {
    return Fixtures.path("../cases/weights").normalize();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "beside_bound_classmethod.pth",
        "beside_deque.pth",
        "beside_enum.pth",
        "beside_partial.ckpt",
        "beside_simple_namespace.pth",
        "beside_sparse.pth",
        "f8_extra.safetensors",
        "head_fc-1.pth",
        "head_last_linear.pth",
        "hub_sharded",
        "hub_single",
        "lightning.ckpt",
        "lightning_criterion.ckpt",
        "moco.pth.tar",
        "null_metadata.safetensors",
        "prefix_model-_orig_mod.pth",
        "prefix_model.pth",
        "prlz77.pytorch",
        "pycls.pyth",
        "timm_ema.pth.tar",
        "u64_extra.safetensors",
        "whole_module.pth",
        "wrapper_module.pth",
        "wrapper_nested.pth",
        "wrapper_params.pth"
      })
  void theNetworkIsFoundHoweverItIsKept(String name) throws IOException {
    assertLogits(name, 3, "input.f32", "plain_logits");
  }

  @Test
  void greyPicturesHaveOneChannel() throws IOException {
    assertLogits("grey_input.pth", 1, "input-grey.f32", "grey_input.pth");
  }

  @Test
  void aStemOfOnePixelIsRead() throws IOException {
    ModelFile file = ModelFile.load(cases().resolve("kuangliu_stem1x1.pth"));
    assertThat(file.model().stem()).isEqualTo(Stem.CIFAR_POINTWISE);
    double[] logits = logits(file, 3, "input.f32");
    // By torch 1.13, with kuangliu's forward pass.
    assertThat(logits[0]).isCloseTo(0.027460584, within(1e-6));
    assertThat(logits[19]).isCloseTo(-0.120801702, within(1e-6));
  }

  @Test
  void oneClassIsEnough() throws IOException {
    double[] logits = logits(ModelFile.load(cases().resolve("one_class.pth")), 3, "input.f32");
    assertThat(logits)
        .containsExactly(new double[] {0.01273412350565195, 0.012535099871456623}, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "nan.pth, which is no weight",
    "int8_fc.safetensors, holds whole numbers (I8)",
    "quantised.pth, quantised weights are not supported"
  })
  void weightsThatLieAreRefused(String name, String reason) {
    Path file = cases().resolve(name);
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(WeightFileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void theChoiceIsStatedAndCanBeMade() throws IOException {
    Path file = cases().resolve("timm_ema.pth.tar");
    assertThat(ModelFile.load(file).notes())
        .singleElement()
        .asString()
        .contains("ema", "state_dict");
    ModelFile plain = ModelFile.load(file, LoadOptions.defaults().withAveraged(false));
    assertThat(logits(plain, 3, "input.f32")[0])
        .isNotCloseTo(
            Fixtures.numbers(Fixtures.json("../cases/weights/expected.json").get("plain_logits"))[
                0],
            within(1e-9));
  }

  private static void assertLogits(String name, int channels, String input, String key)
      throws IOException {
    ModelFile file = ModelFile.load(cases().resolve(name));
    double[] expected = Fixtures.numbers(Fixtures.json("../cases/weights/expected.json").get(key));
    assertThat(file.model().inputChannels()).isEqualTo(channels);
    assertThat(logits(file, channels, input)).containsExactly(expected, within(1e-6));
  }

  private static double[] logits(ModelFile file, int channels, String input) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(cases().resolve(input))).order(ByteOrder.LITTLE_ENDIAN);
    double[] images = new double[2 * 32 * 32 * channels];
    for (int picture = 0; picture < 2; picture++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int pixel = 0; pixel < 32 * 32; pixel++) {
          images[(picture * 32 * 32 + pixel) * channels + channel] = bytes.getFloat();
        }
      }
    }
    Activation activation = new Activation(new Shape(2, 32, 32, channels), images);
    ResNeXt model = file.model();
    return new ReferenceExecutor(model.graph(), file.weights()).run(activation).values();
  }
}
