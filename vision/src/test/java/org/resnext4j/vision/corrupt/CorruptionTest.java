package org.resnext4j.vision.corrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.TestImages;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

class CorruptionTest {

  private static RandomGenerator random() {
    return new SplittableRandom(42);
  }

  /** A picture with the smoothness of a photograph. */
  private static Image smooth(int side) {
    return Resize.exactly(side, side, Interpolation.BICUBIC)
        .apply(TestImages.pattern(side / 5, side / 5, 3));
  }

  private static double distance(Image a, Image b) {
    double sum = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      double difference = (a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff);
      sum += difference * difference;
    }
    return Math.sqrt(sum / a.rgb().length);
  }

  @ParameterizedTest
  @EnumSource
  void everySeverityChangesThePictureAndTheSameSeedGivesTheSame(Corruption corruption) {
    for (int side : new int[] {32, 112}) {
      Image image = smooth(side);
      for (int severity = 1; severity <= Corruption.SEVERITIES; severity++) {
        Image spoilt = corruption.apply(image, severity, random());
        assertThat(spoilt.height()).isEqualTo(side);
        assertThat(spoilt).isEqualTo(corruption.apply(image, severity, random()));
        assertThat(distance(image, spoilt)).isGreaterThan(0.1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Corruption.class,
      names = {"SATURATE"}, // Its first two severities fade colours, the others strengthen them.
      mode = EnumSource.Mode.EXCLUDE)
  void theFifthSeverityIsWorseThanTheFirst(Corruption corruption) {
    for (int side : new int[] {32, 112}) {
      Image image = smooth(side);
      assertThat(distance(image, corruption.apply(image, 5, random())))
          .isGreaterThan(distance(image, corruption.apply(image, 1, random())));
    }
  }

  @Test
  void noiseHasThePublishedSpread() {
    Image grey = Image.black(100, 100);
    Arrays.fill(grey.rgb(), (byte) 128);
    // Standard deviations, in levels: 0.08 · 255; sqrt(0.502 / 60) · 255.
    assertThat(distance(grey, Corruption.GAUSSIAN_NOISE.apply(grey, 1, random())))
        .isCloseTo(20.4, within(0.4));
    assertThat(distance(grey, Corruption.SHOT_NOISE.apply(grey, 1, random())))
        .isCloseTo(23.3, within(0.5));
    Image impulses = Corruption.IMPULSE_NOISE.apply(grey, 5, random());
    int changed = 0;
    for (byte sample : impulses.rgb()) {
      assertThat(sample).isIn((byte) 0, (byte) 128, (byte) 255);
      changed += sample == (byte) 128 ? 0 : 1;
    }
    assertThat(changed / 30000.0).isCloseTo(0.27, within(0.01));
  }

  @Test
  void poissonVariatesHaveTheirMeanAndVariance() {
    RandomGenerator random = random();
    for (double mean : new double[] {0.5, 9, 11, 60, 500}) {
      int draws = 40_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < draws; i++) {
        double x = Noise.poisson(mean, random);
        sum += x;
        squares += x * x;
      }
      double found = sum / draws;
      assertThat(found).isCloseTo(mean, within(5 * Math.sqrt(mean / draws)));
      assertThat(squares / draws - found * found).isCloseTo(mean, within(mean * 0.05));
    }
    assertThat(Noise.logFactorial(10)).isCloseTo(Math.log(3628800), within(1e-8));
    assertThat(Noise.logFactorial(9)).isCloseTo(Math.log(362880), within(1e-12));
  }

  @Test
  void blursKeepAPlainPictureAndSpreadADot() {
    Image plain = Image.black(80, 80);
    Arrays.fill(plain.rgb(), (byte) 200);
    Image dot = Image.black(81, 81);
    dot.rgb()[(40 * 81 + 40) * 3 + 1] = (byte) 255;
    for (Corruption blur :
        new Corruption[] {
          Corruption.DEFOCUS_BLUR, Corruption.MOTION_BLUR, Corruption.GAUSSIAN_BLUR
        }) {
      assertThat(blur.apply(plain, 3, random())).isEqualTo(plain);
    }
    // A normal distribution of deviation 1 in two dimensions has 1 / 2π at its centre.
    Image normal = Corruption.GAUSSIAN_BLUR.apply(dot, 1, random());
    assertThat(normal.sample(40, 40, 1)).isEqualTo((int) (255 / (2 * Math.PI)));
    assertThat(normal.sample(40, 41, 1)).isEqualTo((int) (255 / (2 * Math.PI) * Math.exp(-0.5)));
    assertThat(normal.sample(40, 40, 0)).isZero();
    // A disk of radius 3 has 29 pixels.
    assertThat(Corruption.DEFOCUS_BLUR.apply(dot, 1, random()).sample(40, 38, 1))
        .isEqualTo(255 / 29);
  }

  @Test
  void toneChangesFollowTheirFormulas() {
    Image image = new Image(1, 2, new byte[] {100, 50, 0, (byte) 200, (byte) 200, (byte) 200});
    assertThat(Tone.brightness(image, 0.2).rgb())
        .containsExactly(151, 75, 0, 251 - 256, 251 - 256, 251 - 256);
    assertThat(Tone.contrast(image, 0).rgb())
        .containsExactly(150 - 256, 125, 100, 150 - 256, 125, 100);
    // Saturation 1 and 0, halved: (100, 50, 0) moves half-way to (100, 100, 100).
    assertThat(Tone.saturate(image, 0.5, 0).rgb())
        .containsExactly(100, 75, 50, 200 - 256, 200 - 256, 200 - 256);
  }

  @Test
  void pixelatedPicturesHaveSquares() {
    Image image = Corruption.PIXELATE.apply(TestImages.pattern(96, 96, 1), 2, random());
    for (int y = 0; y < 96; y += 2) {
      for (int x = 0; x < 96; x += 2) {
        assertThat(image.sample(y, x, 0)).isEqualTo(image.sample(y + 1, x + 1, 0));
      }
    }
  }

  @Test
  void plasmaFillsItsRange() {
    double[] plasma = Fog.plasma(64, 2, random());
    assertThat(plasma).contains(0.0, 1.0);
    assertThat(Arrays.stream(plasma).average().orElseThrow()).isBetween(0.2, 0.8);
  }

  @Test
  void namesAndSeveritiesAreChecked() {
    assertThat(Corruption.of("shot_noise")).isEqualTo(Corruption.SHOT_NOISE);
    assertThatThrownBy(() -> Corruption.of("rain")).hasMessageContaining("gaussian_noise, shot");
    assertThatThrownBy(() -> Corruption.FOG.apply(Image.black(2, 2), 6, random()))
        .hasMessageContaining("1 to 5, but found 6");
  }
}
