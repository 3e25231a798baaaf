package org.resnext4j.detection.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.Fixtures;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.engine.graph.Shape;
import tools.jackson.databind.JsonNode;

/** RoIAlign gives torchvision's values, and its gradient is that of its values. */
class RoiAlignTest {

  private static final Shape MAPS = new Shape(2, 13, 17, 5);

  @Test
  void valuesAreTorchvisionsForEachSetting() {
    double[] units = Fixtures.unit("feature", 2 * 5 * 13 * 17);
    float[] features = new float[units.length];
    int plane = 13 * 17;
    for (int i = 0; i < units.length; i++) {
      int picture = i / (5 * plane);
      int channel = i / plane % 5;
      features[(picture * plane + i % plane) * 5 + channel] = (float) units[i];
    }
    for (JsonNode setting : Fixtures.units().get("roi_align")) {
      int side = setting.get("output").asInt();
      RoiAlign align =
          new RoiAlign(side, setting.get("sampling").asInt(), setting.get("aligned").asBoolean());
      float scale = (float) setting.get("scale").asDouble();
      for (int region = 0; region < setting.get("rois").size(); region++) {
        double[] roi = Fixtures.numbers(setting.get("rois").get(region));
        double[] expected = Fixtures.numbers(setting.get("values").get(region));
        Boxes box = Boxes.of((float) roi[1], (float) roi[2], (float) roi[3], (float) roi[4]);
        float[] cut = new float[side * side * 5];
        align.forward(FeatureMap.of(MAPS, (int) roi[0], scale, features), box, 0, cut, 0);
        for (int i = 0; i < cut.length; i++) {
          double value = expected[i % 5 * side * side + i / 5];
          assertThat((double) cut[i])
              .as("%s, region %d", align, region)
              .isCloseTo(value, within(4e-6));
        }
      }
    }
  }

  @Property(tries = 100)
  void theGradientIsTheTransposeOfTheValues(@ForAll long seed) {
    // For a linear map A: <A x, g> = <x, A' g>, for any x and g.
    Random random = new Random(seed);
    Shape shape = new Shape(1, 1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(4));
    RoiAlign align = new RoiAlign(1 + random.nextInt(4), random.nextInt(3), random.nextBoolean());
    float left = random.nextFloat(-20, 60);
    float top = random.nextFloat(-20, 60);
    Boxes box = Boxes.of(left, top, left + random.nextFloat(60), top + random.nextFloat(60));
    float[] features = gaussians(random, (int) shape.elements());
    float[] gradient = gaussians(random, align.side() * align.side() * shape.channels());
    float[] cut = new float[gradient.length];
    float[] back = new float[features.length];
    align.forward(FeatureMap.of(shape, 0, 0.25f, features), box, 0, cut, 0);
    align.backward(FeatureMap.of(shape, 0, 0.25f, back), box, 0, gradient, 0);
    assertThat(product(cut, gradient)).isCloseTo(product(features, back), within(1e-4));
  }

  @Test
  void aRegionTakesTheLevelOfItsSize() {
    PyramidRegions regions = PyramidRegions.torchvision();
    Boxes boxes =
        Boxes.of(
            0, 0, 10, 10, 0, 0, 111, 111, 0, 0, 112, 112, 0, 0, 224, 224, 0, 0, 448, 448, 0, 0,
            2000, 2000, 5, 5, 5, 5);
    int[] levels = new int[boxes.count()];
    Arrays.setAll(levels, box -> regions.level(boxes, box, 4));
    assertThat(levels).containsExactly(0, 0, 1, 2, 3, 3, 0);
  }

  @Test
  void aBoxOfNonsenseIsCutAsZeros() {
    float[] cut = new float[9];
    Arrays.fill(cut, 1);
    FeatureMap map = FeatureMap.of(new Shape(1, 4, 4, 1), 0, 1, gaussians(new Random(1), 16));
    new RoiAlign(3, 2, false).forward(map, Boxes.of(Float.NaN, 0, 3, 3), 0, cut, 0);
    assertThat(cut).containsOnly(0);
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
