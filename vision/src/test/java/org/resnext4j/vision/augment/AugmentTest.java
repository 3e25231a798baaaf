package org.resnext4j.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Pillow;
import org.resnext4j.vision.TestImages;
import org.resnext4j.vision.transform.HorizontalFlip;
import tools.jackson.databind.JsonNode;

class AugmentTest {

  private static final Image PICTURE = TestImages.pattern(37, 53, 2);

  private static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }

  @TestFactory
  List<DynamicTest> everyOperationIsTorchvisionsToTheSameBits() {
    return Pillow.cases("operations").stream()
        .map(c ->
            DynamicTest.dynamicTest(
                "%s %s %s".formatted(c.get("name"), c.get("magnitude"), c.get("size")),
                () -> check(c)))
        .toList();
  }

  private static void check(JsonNode expected) {
    Image image =
        TestImages.pattern(
            expected.get("size").get(0).intValue(), expected.get("size").get(1).intValue(), 2);
    String name = expected.get("name").stringValue();
    double magnitude = expected.get("magnitude").doubleValue();
    if (name.equals("AUTO_CONTRAST") || name.equals("EQUALIZE")) {
      for (int i = 0; i < image.rgb().length; i++) {
        image.rgb()[i] = (byte) (40 + (image.rgb()[i] & 0xff) / 3);
      }
    }
    Image changed =
        name.equals("HUE")
            ? Colours.hue(image, magnitude)
            : TrivialAugment.Operation.valueOf(name).apply(image, magnitude);
    assertThat(Pillow.checksum(changed)).isEqualTo(expected.get("crc").longValue());
  }

  @Test
  void theSameSeedGivesTheSamePicture() {
    for (Augmentation augmentation :
        List.of(
            new RandomResizedCrop(24),
            new RandomFlip(),
            new PadAndCrop(),
            new ColourJitter(0.4, 0.4, 0.4, 0.1),
            new TrivialAugment(),
            new PadAndCrop().then(new RandomFlip()))) {
      Set<Image> results = new HashSet<>();
      for (int seed = 0; seed < 40; seed++) {
        Image image = augmentation.apply(PICTURE, random(seed));
        assertThat(augmentation.apply(PICTURE, random(seed))).isEqualTo(image);
        results.add(image);
      }
      assertThat(results).hasSizeGreaterThan(1);
    }
  }

  @Test
  void randomResizedCropsAreSquareAndCoverWhatTheirScaleSays() {
    // A picture whose red is its column and green its row shows where a crop came from.
    Image ramp = Image.black(200, 250);
    for (int i = 0; i < 200 * 250; i++) {
      ramp.rgb()[3 * i] = (byte) (i % 250);
      ramp.rgb()[3 * i + 1] = (byte) (i / 250);
    }
    RandomGenerator random = random(1);
    RandomResizedCrop crop = new RandomResizedCrop(64);
    double smallest = 1;
    double largest = 0;
    for (int i = 0; i < 400; i++) {
      Image image = crop.apply(ramp, random);
      assertThat(image.height()).isEqualTo(64);
      assertThat(image.width()).isEqualTo(64);
      double width = (image.sample(0, 63, 0) - image.sample(0, 0, 0)) * 64 / 63.0;
      double height = (image.sample(63, 0, 1) - image.sample(0, 0, 1)) * 64 / 63.0;
      assertThat(width / height).isBetween(0.68, 1.47);
      double area = width * height / (200 * 250);
      smallest = Math.min(smallest, area);
      largest = Math.max(largest, area);
    }
    assertThat(smallest).isBetween(0.06, 0.11);
    assertThat(largest).isBetween(0.9, 1.04);
  }

  @Test
  void aPictureTooLongForAnyCropIsCutAtItsMiddle() {
    Image image = new RandomResizedCrop(8).apply(TestImages.pattern(2, 400, 1), random(3));
    assertThat(image.height()).isEqualTo(8);
  }

  @Test
  void flipsAreMirrorImagesHalfOfTheTime() {
    Image mirror = new HorizontalFlip().apply(PICTURE);
    assertThat(mirror.sample(3, 0, 1)).isEqualTo(PICTURE.sample(3, 52, 1));
    RandomGenerator random = random(5);
    int flips = 0;
    for (int i = 0; i < 1000; i++) {
      Image image = new RandomFlip().apply(PICTURE, random);
      assertThat(image.equals(mirror) || image.equals(PICTURE)).isTrue();
      flips += image.equals(mirror) ? 1 : 0;
    }
    assertThat(flips).isBetween(440, 560);
  }

  @Test
  void padAndCropShiftsByUpToItsPadding() {
    Image dot = Image.black(9, 9);
    dot.rgb()[(4 * 9 + 4) * 3] = 100;
    Set<Integer> places = new HashSet<>();
    RandomGenerator random = random(7);
    for (int i = 0; i < 3000; i++) {
      Image image = new PadAndCrop(4).apply(dot, random);
      for (int p = 0; p < 81; p++) {
        if (image.rgb()[3 * p] == 100) {
          places.add(p);
        }
      }
    }
    assertThat(places).hasSize(81);
  }

  @Test
  void lightingAddsOneColourOfThePublishedSpread() {
    int draws = 20000;
    double[] squares = new double[3];
    RandomGenerator random = random(11);
    Lighting lighting = new Lighting(0.1, new float[] {1f, 1f, 0.5f});
    for (int i = 0; i < draws; i++) {
      float[] values = new float[3 * 4 + 2];
      lighting.apply(values, 1, 2, 2, random);
      assertThat(values[0]).isZero();
      assertThat(values[13]).isZero();
      for (int c = 0; c < 3; c++) {
        assertThat(values[1 + 9 + c]).isEqualTo(values[1 + c]);
        squares[c] += values[1 + c] * values[1 + c];
      }
    }
    // sqrt(sum over components of (eigenvector · 0.1 · eigenvalue)²)
    assertThat(Math.sqrt(squares[0] / draws)).isCloseTo(0.01242, within(3e-4));
    assertThat(Math.sqrt(squares[1] / draws)).isCloseTo(0.01264, within(3e-4));
    assertThat(Math.sqrt(squares[2] / draws)).isCloseTo(2 * 0.01276, within(6e-4));
  }

  @Test
  void erasingClearsOneRectangleOfTheAllowedArea() {
    RandomGenerator random = random(13);
    int erased = 0;
    for (int i = 0; i < 500; i++) {
      float[] values = new float[3 * 32 * 32];
      Arrays.fill(values, 1f);
      new RandomErasing(0.5, 3).apply(values, 0, 32, 32, random);
      int zeros = 0;
      for (float value : values) {
        zeros += value == 0f ? 1 : 0;
      }
      if (zeros > 0) {
        erased++;
        assertThat(zeros / 3.0 / 1024.0).isBetween(0.012, 0.36);
      }
    }
    assertThat(erased).isBetween(200, 300);
  }

  @Test
  void valuesWithoutMeaningAreRefused() {
    assertThatThrownBy(() -> new Range(2, 1)).hasMessageContaining("2.0 to 1.0");
    assertThatThrownBy(() -> new ColourJitter(0, 0, 0, 0.6)).hasMessageContaining("at most 0.5");
  }
}
