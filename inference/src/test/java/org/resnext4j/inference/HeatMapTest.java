package org.resnext4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.resnext4j.inference.HeatMap.Region;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.Preprocessing;

class HeatMapTest {

  private static final Region WHOLE = new Region(0, 0, 1, 1);

  /** A map of the evidence given, by one channel of weight 1. */
  private static HeatMap map(int rows, int columns, Region region, float... evidence) {
    return HeatMap.of(
        new Label("it", 0, 1), rows, columns, evidence, new float[] {1}, 0.5f, region);
  }

  @Test
  void evidenceIsTheClasssRowAtEachPlace() {
    float[] features = {1, 2, 3, 4, 5, 6}; // One row, three columns, two channels.
    float[] weights = {0, 0, 10, -1}; // Two classes.
    HeatMap map = HeatMap.of(new Label("second", 1, 1), 1, 3, features, weights, 2, WHOLE);
    assertThat(map.at(0, 0)).isEqualTo(8);
    assertThat(map.at(0, 1)).isEqualTo(26);
    assertThat(map.at(0, 2)).isEqualTo(44);
    assertThat(map.logit()).isEqualTo(28);
  }

  @Test
  void resizingIsPyTorchs() {
    // torch.nn.functional.interpolate(torch.tensor([[[[1.,2.],[3.,-4.]]]]), size=(3, 4),
    //   mode='bilinear', align_corners=False)
    float[] expected = {
      1.0f, 1.25f, 1.75f, 2.0f,
      2.0f, 1.25f, -0.25f, -1.0f,
      3.0f, 1.25f, -2.25f, -4.0f
    };
    assertThat(map(2, 2, WHOLE, 1, 2, 3, -4).resized(3, 4))
        .containsExactly(expected, within(1e-6f));
    assertThat(map(1, 1, WHOLE, 7).resized(2, 2)).containsOnly(7f);
  }

  @Test
  void theOverlayIsHottestWhereTheEvidenceIsAndLeavesTheRest() {
    Image grey = new Image(40, 40, filled(40 * 40 * 3, 128));
    Image overlay = map(2, 2, WHOLE, 5, -1, -1, -1).overlay(grey);
    assertThat(overlay.sample(5, 5, 0) - overlay.sample(5, 5, 2))
        .as("the strongest evidence is yellow")
        .isGreaterThan(60);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(overlay.sample(35, 35, channel)).as("evidence against is no heat").isEqualTo(128);
    }
  }

  @Test
  void whatWasCroppedAwayIsDarkened() {
    // A picture twice as wide as high: the network sees the middle square.
    Region region =
        Region.of(
            Image.black(100, 200),
            new Preprocessing(
                50,
                50,
                Preprocessing.imagenet().interpolation(),
                Preprocessing.imagenet().mean(),
                Preprocessing.imagenet().deviation()));
    assertThat(region).isEqualTo(new Region(0, 0.25, 1, 0.5));
    Image grey = new Image(100, 200, filled(100 * 200 * 3, 200));
    Image overlay = map(1, 1, region, -1).overlay(grey);
    assertThat(overlay.sample(50, 100, 0)).isEqualTo(200);
    assertThat(overlay.sample(50, 49, 0)).isEqualTo(90);
    assertThat(overlay.sample(50, 150, 0)).isEqualTo(90);
  }

  @Test
  void aPaddedPictureLiesInsideTheMap() {
    Preprocessing padded = Preprocessing.cifar().withSizes(16, 32);
    assertThat(Region.of(Image.black(10, 10), padded)).isEqualTo(new Region(-0.5, -0.5, 2, 2));
  }

  @Test
  void thePngIsTheOverlay() throws Exception {
    Image picture = Examples.picture(20, 30, 8);
    HeatMap map = map(2, 3, WHOLE, 1, 2, 3, 4, 5, 6);
    assertThat(ImageReader.defaults().read(map.png(picture))).isEqualTo(map.overlay(picture));
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
