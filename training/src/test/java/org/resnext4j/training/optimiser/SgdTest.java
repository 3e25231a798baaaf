package org.resnext4j.training.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.training.Pytorch;
import tools.jackson.databind.JsonNode;

class SgdTest {

  @Test
  void stepsAsPytorchDoesWithAndWithoutMomentumNesterovAndWeightDecay() {
    for (JsonNode reference : Pytorch.value("sgd")) {
      JsonNode options = reference.required("options");
      Sgd sgd =
          new Sgd(
              new Sgd.Options(
                  options.path("momentum").asDouble(0),
                  options.path("nesterov").asBoolean(false),
                  options.path("weight_decay").asDouble(0),
                  true),
              name -> true);
      Tensor parameter = Tensor.of(1, -2, 0.5f, 3);
      for (int s = 0; s < 5; s++) {
        Tensor gradient = Tensor.of(0.3f * (s + 1), -0.2f, 0.1f * s, -0.5f);
        sgd.step(Map.of("p", parameter), Map.of("p", gradient), 0.1 / (s + 1), 1);
        assertThat(parameter.values())
            .as("%s after step %d", options, s + 1)
            .containsExactly(Pytorch.floats(reference.required("steps").get(s)), within(1e-6f));
      }
    }
  }

  @Test
  void goesOnFromItsBuffersToTheSameBits() {
    Sgd.Options options = new Sgd.Options(0.9, true, 0.01, true);
    Tensor straight = Tensor.of(1, -2);
    Tensor resumed = straight.copy();
    Tensor gradient = Tensor.of(0.3f, 0.1f);
    Sgd first = new Sgd(options, name -> true);
    first.step(Map.of("p", straight), Map.of("p", gradient), 0.1, 1);
    first.step(Map.of("p", straight), Map.of("p", gradient), 0.1, 1);
    Sgd before = new Sgd(options, name -> true);
    before.step(Map.of("p", resumed), Map.of("p", gradient), 0.1, 1);
    Sgd after = new Sgd(options, name -> true, before.momentum());
    after.step(Map.of("p", resumed), Map.of("p", gradient), 0.1, 1);
    assertThat(resumed.values()).containsExactly(straight.values());
  }

  @Test
  void sparesFromDecayWhatItIsToldTo() {
    Sgd sgd = new Sgd(new Sgd.Options(0, false, 0.5, false), name -> name.equals("weight"));
    Tensor weight = Tensor.of(1);
    Tensor bias = Tensor.of(1);
    sgd.step(
        Map.of("weight", weight, "bias", bias),
        Map.of("weight", Tensor.of(0), "bias", Tensor.of(0)),
        0.1,
        1);
    assertThat(weight.values()).containsExactly(0.95f);
    assertThat(bias.values()).containsExactly(1f);
  }

  @Test
  void clipsByTheNormOfAllGradientsTogether() {
    JsonNode reference = Pytorch.value("clip");
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    gradients.put("a", Tensor.of(3, 4, 0));
    gradients.put("b", Tensor.of(12, 0));
    assertThat(Sgd.norm(gradients))
        .isCloseTo(reference.required("norm").doubleValue(), within(1e-6));
    double factor = Sgd.clippingFactor(gradients, 2);
    assertThat((float) (factor * 12))
        .isCloseTo(reference.required("b").get(0).floatValue(), within(1e-6f));
    assertThat(Sgd.clippingFactor(gradients, 14)).isEqualTo(1);
    assertThat(Sgd.clippingFactor(gradients, 0)).isEqualTo(1);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> new Sgd.Options(1, false, 0, true)).hasMessageContaining("momentum");
    assertThatThrownBy(() -> new Sgd.Options(0, true, 0, true)).hasMessageContaining("Nesterov");
    assertThatThrownBy(() -> new Sgd.Options(0.9, true, Double.NaN, true))
        .hasMessageContaining("decay");
  }
}
