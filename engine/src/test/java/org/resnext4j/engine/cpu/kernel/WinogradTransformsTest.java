package org.resnext4j.engine.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.resnext4j.engine.cpu.kernel.StridedGemm.LANES;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PATCH;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.PLANES;
import static org.resnext4j.engine.cpu.kernel.WinogradTransforms.TILE;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.resnext4j.engine.NamedValues;

/** Holds the transforms to plain loops over the definition of a 3×3 convolution. */
class WinogradTransformsTest {

  private static final int CHANNELS = 2 * LANES;

  @Property(tries = 20)
  void aTileIsWhatTheDefinitionSays(@ForAll @IntRange(min = 0, max = 1000) int seed) {
    float[] patch = values("patch" + seed, PATCH * PATCH * CHANNELS);
    float[] filter = values("filter" + seed, 9 * CHANNELS);
    float[] products = new float[PLANES * CHANNELS];
    float[] transformed = transformedPatch(patch);
    float[] filters = transformedFilter(filter);
    for (int i = 0; i < products.length; i++) {
      products[i] = transformed[i] * filters[i];
    }
    float[] tile = new float[TILE * TILE * CHANNELS];
    WinogradTransforms.tile(products, 0, CHANNELS, tile, 0, steps(TILE), scratch(), 0);
    for (int y = 0; y < TILE; y++) {
      for (int x = 0; x < TILE; x++) {
        for (int c = 0; c < CHANNELS; c++) {
          double sum = 0;
          for (int tap = 0; tap < 9; tap++) {
            int pixel = (y + tap / 3) * PATCH + x + tap % 3;
            sum += (double) patch[pixel * CHANNELS + c] * filter[tap * CHANNELS + c];
          }
          assertThat((double) tile[(y * TILE + x) * CHANNELS + c]).isCloseTo(sum, within(2e-5));
        }
      }
    }
  }

  @Property(tries = 20)
  void aFilterGradientIsWhatTheDefinitionSays(@ForAll @IntRange(min = 0, max = 1000) int seed) {
    float[] patch = values("patch" + seed, PATCH * PATCH * CHANNELS);
    float[] gradient = values("gradient" + seed, TILE * TILE * CHANNELS);
    float[] products = transformedPatch(patch);
    float[] transformed = new float[PLANES * CHANNELS];
    WinogradTransforms.gradientTile(
        gradient, 0, steps(TILE), transformed, 0, CHANNELS, scratch(), 0);
    for (int i = 0; i < products.length; i++) {
      products[i] *= transformed[i];
    }
    float[] filter = new float[9 * CHANNELS];
    for (int c = 0; c < CHANNELS; c += LANES) {
      WinogradTransforms.filterGradient(products, c, CHANNELS, filter, c, CHANNELS, scratch(), 0);
    }
    for (int tap = 0; tap < 9; tap++) {
      for (int c = 0; c < CHANNELS; c++) {
        double sum = 0;
        for (int pixel = 0; pixel < TILE * TILE; pixel++) {
          int seen = (pixel / TILE + tap / 3) * PATCH + pixel % TILE + tap % 3;
          sum += (double) patch[seen * CHANNELS + c] * gradient[pixel * CHANNELS + c];
        }
        assertThat((double) filter[tap * CHANNELS + c]).isCloseTo(sum, within(5e-5));
      }
    }
  }

  private static float[] transformedPatch(float[] patch) {
    float[] to = new float[PLANES * CHANNELS];
    WinogradTransforms.patch(patch, 0, steps(PATCH), to, 0, CHANNELS, scratch(), 0);
    return to;
  }

  private static float[] transformedFilter(float[] filter) {
    float[] to = new float[PLANES * CHANNELS];
    for (int c = 0; c < CHANNELS; c += LANES) {
      float[] vector = new float[9 * LANES];
      for (int tap = 0; tap < 9; tap++) {
        System.arraycopy(filter, tap * CHANNELS + c, vector, tap * LANES, LANES);
      }
      WinogradTransforms.filter(vector, 0, to, c, CHANNELS, scratch(), 0);
    }
    return to;
  }

  /** Pixels of a square without gaps. */
  private static PixelSteps steps(int side) {
    return new PixelSteps(side * CHANNELS, CHANNELS, CHANNELS / LANES);
  }

  private static float[] scratch() {
    return new float[WinogradTransforms.SCRATCH];
  }

  private static float[] values(String name, int count) {
    float[] values = new float[count];
    double[] unit = NamedValues.unit(name, count);
    for (int i = 0; i < count; i++) {
      values[i] = (float) unit[i];
    }
    return values;
  }
}
