package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.reference.Activation;
import org.resnext4j.engine.reference.ReferenceExecutor;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.Fixtures;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.storage.WeightFileException;

/** Every file of the shared fixtures loads, or is refused, as their README says. */
class WeightFixturesTest {

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1, 1, 1)
          .stemChannels(16)
          .cardinality(4)
          .width(4)
          .classes(10)
          .build();

  @ParameterizedTest
  @CsvSource({
    "zip.pth, PYTORCH_ZIP, 0",
    "legacy.pth, PYTORCH_LEGACY, 0",
    "checkpoint.pth.tar, PYTORCH_ZIP, 0",
    "reference_script.pth, PYTORCH_ZIP, 0",
    "views.pth, PYTORCH_ZIP, 0",
    "f32.safetensors, SAFETENSORS, 0",
    "half.pth, PYTORCH_ZIP, 11",
    "f16.safetensors, SAFETENSORS, 11",
    "bfloat16.pth, PYTORCH_ZIP, 8",
    "bf16.safetensors, SAFETENSORS, 8"
  })
  void everyFormHoldsTheSameNetwork(String name, WeightFormat format, int bits) throws IOException {
    Path path = Fixtures.path("weights/" + name);
    try (WeightFile file = WeightFiles.open(path)) {
      assertThat(file.format()).isEqualTo(format);
    }
    ModelFile loaded = ModelFile.load(path);
    assertThat(loaded.model()).isEqualTo(TINY);
    // Rounding to a mantissa of so many bits, the leading one included, errs by half a last place.
    double error = bits == 0 ? 0 : Math.pow(2, -bits);
    for (Map.Entry<String, Tensor> expected :
        NamedValues.weights(TINY.graph()).tensors().entrySet()) {
      float[] values = loaded.weights().get(expected.getKey()).values();
      for (int i = 0; i < values.length; i++) {
        float exact = expected.getValue().values()[i];
        assertThat(values[i])
            .as("%s[%d]", expected.getKey(), i)
            .isCloseTo(exact, within((float) Math.max(error * Math.abs(exact), error * 0x1p-14)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pth", "legacy.pth", "views.pth", "f32.safetensors"})
  void theLogitsArePyTorchs(String name) throws IOException {
    ModelFile loaded = ModelFile.load(Fixtures.path("weights/" + name));
    Shape shape = new Shape(2, 16, 16, 3);
    Activation images = Activation.of(shape, NamedValues.images("input", shape));
    Activation logits = new ReferenceExecutor(loaded.model().graph(), loaded.weights()).run(images);
    double[] expected = Fixtures.numbers(Fixtures.json("weights/expected.json").get("logits"));
    assertThat(logits.values()).containsExactly(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          malicious.pth                  | would call posix.system
          truncated.pth                  | truncated or damaged
          truncated.safetensors          | data_offsets
          huge_header.safetensors        | claims 1152921504606846976
          out_of_range.safetensors       | 'conv1.weight' has data_offsets
          overlapping.safetensors        | 'b' has data_offsets [8, 24], but must begin at 16
          overflowing_shape.safetensors  | does not fit
          """)
  void aFileThatCannotBeTrustedIsRefusedInOneSentence(String name, String problem) {
    Path path = Fixtures.path("weights/" + name);
    assertThatThrownBy(() -> WeightFiles.open(path).close())
        .isInstanceOf(WeightFileException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theAverageOfTheReferenceScriptIsTakenWhenNamed() throws IOException {
    Path path = Fixtures.path("weights/reference_script.pth");
    ModelFile model = ModelFile.load(path);
    ModelFile average = ModelFile.load(path, LoadOptions.defaults().withPart("model_ema"));
    assertThat(average.weights().get("fc.weight").values())
        .containsExactly(model.weights().get("fc.weight").values());
    try (WeightFile file = WeightFiles.open(path)) {
      assertThat(file.skipped()).contains("model", "args");
    }
    assertThatThrownBy(() -> ModelFile.load(path, LoadOptions.defaults().withPart("best")))
        .hasMessageContaining("no state dict 'best'; its keys are [model, model_ema, args]");
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 56})
  void networksThatOthersTrainedAreRecognised(int depth) throws IOException {
    ModelFile loaded = ModelFile.load(Fixtures.path("trained/resnet%d.th".formatted(depth)));
    assertThat(loaded.model()).isEqualTo(ResNeXt.preset("resnet" + depth));
  }
}
