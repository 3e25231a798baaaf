package org.resnext4j.vision.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageReader;

/** Files of formats that are not read are refused by their names. */
class ImageFormatTest {

  private static final String READ =
      "a: expected a JPEG, PNG, BMP, GIF, WebP, PNM or TIFF picture, but found ";

  @ParameterizedTest
  @CsvSource({
    "HEIC, 00000018 66747970 68656963 00000000 6d696631 68656963",
    "HEIC, 00000018 66747970 6d696631 00000000 6d696631 68656963",
    "AVIF, 00000020 66747970 61766966 00000000 61766966 6d696631",
    "JPEG XL, 0000000c 4a584c20 0d0a870a 00000014 66747970 6a786c20",
    "JPEG XL, ff0a fa1f 0190",
    "JPEG 2000, 0000000c 6a502020 0d0a870a 00000014 66747970",
    "JPEG 2000, ff4fff51 002f0000",
    "camera's raw, 49492a00 10000000 43520200",
    "camera's raw, 00000018 66747970 63727820 00000001",
    "camera's raw, 46554a49 46494c4d 43434d2d",
    "camera's raw, 49495500 18000000",
    "Photoshop, 38425053 00010000",
    "PDF, 255044462d312e34",
    "PostScript, 25215053 2d41646f",
    "Windows icon, 00000100 01001010",
    "OpenEXR, 762f3101 02000000",
    "portable arbitrary map, 50370a57 49445448",
    "portable float map, 50460a33 2034",
    "video or other ISO media, 00000018 66747970 6d703432 00000000"
  })
  void areNamed(String name, String start) {
    byte[] bytes = HexFormat.of().parseHex(start.replace(" ", ""));
    assertThatThrownBy(() -> ImageReader.defaults().read(Arrays.copyOf(bytes, 400), "a"))
        .isInstanceOf(ImageException.class)
        .hasMessage(READ + "a " + name + " file, which is not supported");
  }

  @Test
  void svgIsNamedWhereverItsElementBegins() {
    String svg = "<?xml version=\"1.0\"?>\n<!-- by hand -->\n<svg width=\"3\"></svg>";
    assertThatThrownBy(() -> ImageReader.defaults().read(svg.getBytes(StandardCharsets.UTF_8), "a"))
        .hasMessage(READ + "a SVG file, which is not supported");
  }

  @Test
  void otherFilesShowHowTheyBegin() {
    byte[] text = "<html>\u001b[2J".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ImageReader.defaults().read(text, "a"))
        .hasMessage(READ + "10 bytes that begin with '<html>.[2J'");
    assertThat(ImageFormat.of(new byte[0])).isEmpty();
  }
}
