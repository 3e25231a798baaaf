package org.resnext4j.training.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.resnext4j.engine.tensor.FlatTensors;
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
              flat("p", 0, 0, 0, 0),
              name -> true,
              Map.of());
      FlatTensors parameter = flat("p", 1, -2, 0.5f, 3);
      for (int s = 0; s < 5; s++) {
        FlatTensors gradient = flat("p", 0.3f * (s + 1), -0.2f, 0.1f * s, -0.5f);
        sgd.step(parameter, gradient, 0.1 / (s + 1), 1);
        assertThat(parameter.values())
            .as("%s after step %d", options, s + 1)
            .containsExactly(Pytorch.floats(reference.required("steps").get(s)), within(1e-6f));
      }
    }
  }

  @Test
  void goesOnFromItsBuffersToTheSameBits() {
    Sgd.Options options = new Sgd.Options(0.9, true, 0.01, true);
    FlatTensors straight = flat("p", 1, -2);
    FlatTensors resumed = flat("p", 1, -2);
    FlatTensors gradient = flat("p", 0.3f, 0.1f);
    Sgd first = new Sgd(options, flat("p", 0, 0), name -> true, Map.of());
    first.step(straight, gradient, 0.1, 1);
    first.step(straight, gradient, 0.1, 1);
    Sgd before = new Sgd(options, flat("p", 0, 0), name -> true, Map.of());
    before.step(resumed, gradient, 0.1, 1);
    Sgd after =
        new Sgd(options, flat("p", 0, 0), name -> true, Map.of("p", before.momentum().get("p")));
    after.step(resumed, gradient, 0.1, 1);
    assertThat(resumed.values()).containsExactly(straight.values());
  }

  @Test
  void sparesFromDecayWhatItIsToldTo() {
    FlatTensors parameters = flat(Map.of("weight", Tensor.of(1), "bias", Tensor.of(1)));
    FlatTensors gradients = flat(Map.of("weight", Tensor.of(0), "bias", Tensor.of(0)));
    Sgd sgd =
        new Sgd(
            new Sgd.Options(0, false, 0.5, false),
            gradients,
            name -> name.equals("weight"),
            Map.of());
    sgd.step(parameters, gradients, 0.1, 1);
    assertThat(parameters.get("weight").values()).containsExactly(0.95f);
    assertThat(parameters.get("bias").values()).containsExactly(1f);
  }

  @Test
  void clipsByTheNormOfAllGradientsTogether() {
    JsonNode reference = Pytorch.value("clip");
    FlatTensors gradients = flat(Map.of("a", Tensor.of(3, 4, 0), "b", Tensor.of(12, 0)));
    assertThat(Sgd.norm(List.of(gradients)))
        .isCloseTo(reference.required("norm").doubleValue(), within(1e-6));
    double factor = Sgd.clippingFactor(List.of(gradients), 2);
    assertThat((float) (factor * 12))
        .isCloseTo(reference.required("b").get(0).floatValue(), within(1e-6f));
    assertThat(Sgd.clippingFactor(List.of(gradients), 14)).isEqualTo(1);
    assertThat(Sgd.clippingFactor(List.of(gradients), 0)).isEqualTo(1);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> new Sgd.Options(1, false, 0, true)).hasMessageContaining("momentum");
    assertThatThrownBy(() -> new Sgd.Options(0, true, 0, true)).hasMessageContaining("Nesterov");
    assertThatThrownBy(() -> new Sgd.Options(0.9, true, Double.NaN, true))
        .hasMessageContaining("decay");
  }

  private static FlatTensors flat(String name, float... values) {
    return flat(Map.of(name, Tensor.of(values)));
  }

  private static FlatTensors flat(Map<String, Tensor> tensors) {
    SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
    new TreeMap<>(tensors).forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    FlatTensors flat = FlatTensors.zeros(shapes);
    tensors.forEach(flat::set);
    return flat;
  }
}
