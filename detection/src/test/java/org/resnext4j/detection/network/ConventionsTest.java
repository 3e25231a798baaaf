package org.resnext4j.detection.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.resnext4j.detection.box.Anchors;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/** What other programs do otherwise than torchvision. */
class ConventionsTest {

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  @Test
  void onlyTorchvisionCutsSizesOff() {
    PictureBatch.Size size = new PictureBatch.Size(427, 640);
    assertThat(size.resized(800, 1333, Conventions.TORCHVISION))
        .isEqualTo(new PictureBatch.Size(800, 1199));
    assertThat(new PictureBatch.Size(333, 500).resized(800, 1333, Conventions.TORCHVISION))
        .isEqualTo(new PictureBatch.Size(800, 1201));
    assertThat(new PictureBatch.Size(334, 500).resized(800, 1333, Conventions.DETECTRON2))
        .isEqualTo(new PictureBatch.Size(800, 1198));
    assertThat(new PictureBatch.Size(334, 500).resized(800, 1333, Conventions.TORCHVISION))
        .isEqualTo(new PictureBatch.Size(799, 1197));
  }

  @Test
  void detectron2SeesPillowsPixels() {
    Image picture = noise();
    PictureBatch batch = PictureBatch.of(List.of(picture), 24, 40, Conventions.DETECTRON2);
    PictureBatch.Size size = batch.sizes().getFirst();
    Image pillow =
        Resize.exactly(size.height(), size.width(), Interpolation.BILINEAR).apply(picture);
    for (int y = 0; y < batch.shape().height(); y++) {
      for (int x = 0; x < batch.shape().width(); x++) {
        for (int channel = 0; channel < 3; channel++) {
          float value = batch.values()[(y * batch.shape().width() + x) * 3 + channel];
          if (y < size.height() && x < size.width()) {
            float sample = 255 * (value * DEVIATION[channel] + MEAN[channel]);
            assertThat(sample).isCloseTo(pillow.sample(y, x, channel), within(1e-3f));
          } else {
            assertThat(value).isZero();
          }
        }
      }
    }
  }

  @Test
  void mmdetectionSeesWholeSamplesAndPadsWithZeros() {
    PictureBatch batch = PictureBatch.of(List.of(noise()), 24, 40, Conventions.MMDETECTION);
    for (int i = 0; i < batch.values().length; i++) {
      float sample = 255 * (batch.values()[i] * DEVIATION[i % 3] + MEAN[i % 3]);
      boolean padding = batch.values()[i] == 0;
      assertThat(padding || Math.abs(sample - Math.round(sample)) < 1e-3).isTrue();
    }
    assertThat(batch.values()[batch.values().length - 1]).isZero();
  }

  @Test
  void stridesOfTheCoarsestLevelDiffer() {
    Shape pictures = new Shape(1, 800, 1088, 3);
    Level coarsest = new Level(new Shape(1, 13, 17, 1), new float[13 * 17]);
    Anchors anchors = Anchors.pyramid().unrounded();
    int perRow = 17 * anchors.perPlace();
    assertThat(coarsest.anchors(anchors, 4, pictures, Conventions.TORCHVISION).top(perRow))
        .isEqualTo(anchors.cell(4).top(0) + 61);
    assertThat(coarsest.anchors(anchors, 4, pictures, Conventions.DETECTRON2).top(perRow))
        .isEqualTo(anchors.cell(4).top(0) + 64);
  }

  private static Image noise() {
    byte[] samples = new byte[30 * 50 * 3];
    new Random(3).nextBytes(samples);
    return new Image(30, 50, samples);
  }
}
