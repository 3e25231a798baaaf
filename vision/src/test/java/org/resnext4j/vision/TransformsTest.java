package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.resnext4j.vision.transform.CenterCrop;
import org.resnext4j.vision.transform.Crop;
import org.resnext4j.vision.transform.HorizontalFlip;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Normalize;
import org.resnext4j.vision.transform.Resize;
import org.resnext4j.vision.transform.TenCrop;

class TransformsTest {

  @Test
  void theLongerSideRoundsDown() {
    Resize resize = Resize.shorterSide(256, Interpolation.BILINEAR);
    assertThat(resize.size(375, 500)).isEqualTo(new Resize.Size(256, 341));
    assertThat(resize.size(500, 333)).isEqualTo(new Resize.Size(384, 256));
    assertThat(resize.size(256, 700)).isEqualTo(new Resize.Size(256, 700));
  }

  @Test
  void centerCropsRoundHalfPixelsToEvenAndPadWhatIsSmaller() {
    // (5 - 2) / 2 = 1.5 becomes 2, (3 - 2) / 2 = 0.5 becomes 0, as Python's round does.
    Image five = TestImages.pattern(5, 3, 1);
    assertThat(new CenterCrop(2).apply(five)).isEqualTo(new Crop(2, 0, 2, 2).apply(five));
    Image padded = new CenterCrop(6).apply(five);
    assertThat(padded.sample(0, 1, 0)).isEqualTo(five.sample(0, 0, 0));
    assertThat(padded.sample(4, 3, 2)).isEqualTo(five.sample(4, 2, 2));
    assertThat(List.of(padded.sample(5, 1, 0), padded.sample(0, 0, 1), padded.sample(0, 4, 1)))
        .containsOnly(0);
  }

  @Property
  void preprocessingIsResizeThenCropWhateverTheSizes(
      @ForAll @IntRange(min = 1, max = 70) int height,
      @ForAll @IntRange(min = 1, max = 70) int width,
      @ForAll @IntRange(min = 1, max = 40) int resize,
      @ForAll @IntRange(min = 1, max = 40) int crop,
      @ForAll Interpolation interpolation) {
    Image image = TestImages.pattern(height, width, 5);
    Image resized = Resize.shorterSide(resize, interpolation).apply(image);
    Preprocessing preprocessing =
        Preprocessing.imagenet().withSizes(resize, crop).withInterpolation(interpolation);
    assertThat(preprocessing.cropped(image)).isEqualTo(new CenterCrop(crop).apply(resized));
  }

  @Property
  void resizingARectangleIsCroppingThenResizing(
      @ForAll @IntRange(max = 20) int top,
      @ForAll @IntRange(max = 20) int left,
      @ForAll @IntRange(min = 1, max = 20) int height,
      @ForAll @IntRange(min = 1, max = 20) int width) {
    Image image = TestImages.pattern(40, 40, 6);
    Crop crop = new Crop(top, left, height, width);
    Resize resize = Resize.exactly(9, 31, Interpolation.BICUBIC);
    assertThat(resize.apply(image, crop)).isEqualTo(resize.apply(crop.apply(image)));
  }

  @Test
  void aRectangleOutsideThePictureIsRefused() {
    assertThatThrownBy(() ->
            Resize.exactly(3, 3, Interpolation.BILINEAR)
                .apply(Image.black(4, 4), new Crop(2, 0, 3, 3)))
        .hasMessageContaining("inside a picture of 4×4");
  }

  @Test
  void normalizedNumbersAreTorchvisionsInFloat32() {
    // torch.tensor([0, 128, 255]) / 255, less ImageNet's mean, divided by its deviation.
    Image image = new Image(1, 1, new byte[] {0, (byte) 128, (byte) 255});
    float[] numbers = new float[5];
    new Normalize(Preprocessing.imagenet().mean(), Preprocessing.imagenet().deviation())
        .apply(image, numbers, 1);
    assertThat(numbers).containsExactly(0f, -2.117904f, 0.2051822f, 2.64f, 0f);
    assertThatThrownBy(() -> Preprocessing.cifar().normalize().apply(image, new float[2], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theWholePreprocessingWritesWhereItIsTold() {
    Preprocessing preprocessing = Preprocessing.cifar();
    float[] numbers = new float[2 * preprocessing.elements()];
    preprocessing.apply(TestImages.pattern(40, 50, 1), numbers, preprocessing.elements());
    assertThat(numbers[preprocessing.elements() - 1]).isZero();
    Image seen = preprocessing.cropped(TestImages.pattern(40, 50, 1));
    assertThat(numbers[preprocessing.elements()])
        .isCloseTo((seen.sample(0, 0, 0) - 125.3f) / 63.0f, within(1e-5f));
  }

  @Test
  void tenCropsAreTheCornersTheMiddleAndTheirMirrorImages() {
    Image image = TestImages.pattern(10, 12, 2);
    List<Image> crops = new TenCrop(8).apply(image);
    assertThat(crops).hasSize(10);
    assertThat(crops.get(1)).isEqualTo(new Crop(0, 4, 8, 8).apply(image));
    assertThat(crops.get(2)).isEqualTo(new Crop(2, 0, 8, 8).apply(image));
    assertThat(crops.get(4)).isEqualTo(new Crop(1, 2, 8, 8).apply(image));
    assertThat(crops.get(6)).isEqualTo(new HorizontalFlip().apply(crops.get(0)));
    assertThatThrownBy(() -> new TenCrop(11).apply(image)).hasMessageContaining("found 10×12");
  }

  @Test
  void preprocessingSurvivesJson() {
    for (Preprocessing preprocessing :
        List.of(
            Preprocessing.imagenet(),
            Preprocessing.imagenetV2().withInterpolation(Interpolation.BICUBIC),
            Preprocessing.cifar())) {
      assertThat(Preprocessing.fromJson(preprocessing.toJson())).isEqualTo(preprocessing);
    }
  }

  @Test
  void jsonThatIsNoPreprocessingIsRefused() {
    String good = Preprocessing.imagenet().toJson();
    assertThatThrownBy(() -> Preprocessing.fromJson("{")).hasMessageContaining("JSON object");
    assertThatThrownBy(() -> Preprocessing.fromJson("[]")).hasMessageContaining("'resize'");
    assertThatThrownBy(() -> Preprocessing.fromJson(good.replace("bilinear", "lanczos")))
        .hasMessageContaining("bilinear or bicubic, but found 'lanczos'");
    assertThatThrownBy(() -> Preprocessing.fromJson(good.replace("224", "0")))
        .hasMessageContaining("positive sizes");
    assertThatThrownBy(() -> Preprocessing.fromJson(good.replace("0.485", "\"x\"")))
        .hasMessageContaining("'mean'");
  }

  @Test
  void desktopPicturesAreTheSamePicture() {
    Image image = TestImages.pattern(7, 9, 3);
    assertThat(ImageReader.defaults().read(image.toBufferedImage())).isEqualTo(image);
    BufferedImage other = new BufferedImage(9, 7, BufferedImage.TYPE_INT_ARGB);
    other.getGraphics().drawImage(image.toBufferedImage(), 0, 0, null);
    assertThat(ImageReader.defaults().read(other)).isEqualTo(image);
  }
}
