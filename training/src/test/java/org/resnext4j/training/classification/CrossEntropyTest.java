package org.resnext4j.training.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.resnext4j.training.Pytorch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CrossEntropyTest {

  private static final int CLASSES = 10;

  @Test
  void softTargetsGiveTheLossAndGradientOfPytorch() throws IOException {
    JsonNode expected = fixture("soft_targets");
    float[] targets = unit("targets", 4 * CLASSES);
    for (int i = 0; i < targets.length; i++) {
      targets[i] *= 2;
    }
    for (int row = 0; row < 4; row++) {
      softmax(targets, row * CLASSES);
    }
    check(expected, targets, 0);
  }

  @Test
  void smoothedLabelsGiveTheLossAndGradientOfPytorch() throws IOException {
    JsonNode expected = fixture("label_smoothing");
    float[] targets = new float[4 * CLASSES];
    for (int row = 0; row < 4; row++) {
      targets[row * CLASSES + expected.required("labels").get(row).intValue()] = 1;
    }
    check(expected, targets, expected.required("smoothing").doubleValue());
  }

  @Test
  void hugeLogitsStayFinite() {
    float[] gradient = new float[3];
    double loss =
        new CrossEntropy(0)
            .apply(new float[] {1e30f, 0, -1e30f}, new float[] {1, 0, 0}, 3, gradient);
    assertThat(loss).isZero();
    assertThat(gradient).containsExactly(0, 0, 0);
  }

  @Test
  void aLogitThatIsNoNumberGivesALossThatIsNone() {
    double loss =
        new CrossEntropy(0.1)
            .apply(new float[] {Float.NaN, 0}, new float[] {1, 0}, 2, new float[2]);
    assertThat(loss).isNaN();
  }

  @Test
  void refusesArraysThatDoNotFit() {
    assertThatThrownBy(() -> new CrossEntropy(0).apply(new float[6], new float[5], 3, new float[6]))
        .hasMessageContaining("found 6, 5 and 6");
    assertThatThrownBy(() -> new CrossEntropy(1)).hasMessageContaining("below 1");
  }

  private static void check(JsonNode expected, float[] targets, double smoothing) {
    float[] logits = unit("logits", 4 * CLASSES);
    for (int i = 0; i < logits.length; i++) {
      logits[i] *= 2;
    }
    float[] gradient = new float[logits.length];
    double loss = new CrossEntropy(smoothing).apply(logits, targets, CLASSES, gradient);
    assertThat(loss).isCloseTo(expected.required("loss").doubleValue(), within(1e-6));
    assertThat(gradient)
        .containsExactly(Pytorch.floats(expected.required("gradient")), within(1e-7f));
  }

  private static void softmax(float[] values, int offset) {
    double sum = 0;
    for (int i = 0; i < CLASSES; i++) {
      sum += Math.exp(values[offset + i]);
    }
    for (int i = 0; i < CLASSES; i++) {
      values[offset + i] = (float) (Math.exp(values[offset + i]) / sum);
    }
  }

  /** The fixtures' numbers in [-1, 1), a function of a name. */
  private static float[] unit(String name, int count) {
    long seed = 0xcbf29ce484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 0xff)) * 0x100000001b3L;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      values[i] = (float) ((z >>> 40) / (double) (1 << 23) - 1);
    }
    return values;
  }

  private static JsonNode fixture(String field) throws IOException {
    Path file =
        Path.of(System.getProperty("resnext4j.root"), "../shared/fixtures/training.json")
            .normalize();
    Assumptions.assumeTrue(Files.exists(file), () -> "there are no fixtures at " + file);
    return JsonMapper.shared().readTree(Files.readString(file)).required(field);
  }
}
