package org.resnext4j.vision.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.Pillow;
import org.resnext4j.vision.TestImages;
import org.resnext4j.vision.decode.ImageFile;
import org.w3c.dom.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our decoder of sequential JPEG files against the pixels that Pillow (jpeg.py) and the JDK make.
 */
class JpegDecoderTest {

  private static List<JsonNode> cases() throws IOException {
    try (InputStream stream = JpegDecoderTest.class.getResourceAsStream("jpeg.json")) {
      JsonNode all = JsonMapper.shared().readTree(stream);
      return StreamSupport.stream(all.spliterator(), false).toList();
    }
  }

  private static byte[] data(JsonNode node) {
    return Base64.getDecoder().decode(node.get("data").stringValue());
  }

  private static Optional<Image> decode(byte[] bytes) throws ImageException {
    ImageFile file = new ImageFile("picture", "JPEG", bytes);
    return JpegSequential.decode(file, JpegHeader.read(file).colours());
  }

  @TestFactory
  List<DynamicTest> everySamplingSizeAndQualityDecodesToPillowsBits() throws IOException {
    return cases().stream()
        .map(c ->
            DynamicTest.dynamicTest(
                c.get("name").stringValue(),
                () -> {
                  Image image = decode(data(c)).orElseThrow();
                  assertThat(image.height()).isEqualTo(c.get("size").get(0).intValue());
                  assertThat(image.width()).isEqualTo(c.get("size").get(1).intValue());
                  assertThat(Pillow.checksum(image)).isEqualTo(c.get("crc").longValue());
                }))
        .toList();
  }

  @Test
  void restartIntervalsDecodeToTheBitsOfTheJdk() throws IOException {
    for (int interval : new int[] {1, 2, 3, 7, 100}) {
      byte[] bytes = withRestarts(TestImages.pattern(50, 75, interval), interval);
      assertThat(decode(bytes)).contains(byTheJdk(bytes));
      int restart = indexOfRestart(bytes);
      assertThat(restart >= 0).isEqualTo(interval < 20);
      if (restart >= 0) {
        bytes[restart + 1] ^= 1; // Out of order: for the decoder of all kinds.
        assertThat(decode(bytes)).isEmpty();
      }
    }
  }

  /** The JDK's samples of luminance and chrominance, as colours. */
  private static Image byTheJdk(byte[] bytes) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
      YccColours.toRgb(samples, Image.CHANNELS);
      return new Image(raster.getHeight(), raster.getWidth(), samples);
    } finally {
      reader.dispose();
    }
  }

  private static int indexOfRestart(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xff && bytes[i + 1] == (byte) 0xd0) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] withRestarts(Image image, int interval) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(
              ImageTypeSpecifier.createFromRenderedImage(image.toBufferedImage()), null);
      Node tree = metadata.getAsTree("javax_imageio_jpeg_image_1.0");
      IIOMetadataNode restart = new IIOMetadataNode("dri");
      restart.setAttribute("interval", Integer.toString(interval));
      Node sequence = tree.getLastChild();
      sequence.insertBefore(restart, sequence.getFirstChild());
      metadata.setFromTree("javax_imageio_jpeg_image_1.0", tree);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image.toBufferedImage(), null, metadata), null);
      }
      return bytes.toByteArray();
    } finally {
      writer.dispose();
    }
  }

  @Test
  void unusualFilesAreLeftToTheDecoderOfAllKinds() throws IOException {
    for (JsonNode c : Pillow.cases("files")) {
      String name = c.get("name").stringValue();
      if (name.startsWith("jpeg")) {
        boolean unusual = name.matches("jpeg (cmyk|ycck|. True)");
        assertThat(decode(data(c)).isEmpty()).as(name).isEqualTo(unusual);
      }
    }
  }

  @Test
  void noFileCutShortIsDecoded() throws IOException {
    for (JsonNode c : cases()) {
      byte[] whole = data(c);
      for (int length = Math.max(2, whole.length - 40); length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        try {
          assertThat(decode(cut)).isEmpty();
        } catch (ImageException e) {
          assertThat(e).hasMessageStartingWith("picture: expected a JPEG picture, but ");
        }
      }
    }
  }

  @Test
  void changedFilesAreDecodedWholeOrLeft() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    int decoded = 0;
    int left = 0;
    for (JsonNode c : cases()) {
      byte[] sound = data(c);
      for (int i = 0; i < 60; i++) {
        byte[] bytes = sound.clone();
        for (int change = random.nextInt(3); change >= 0; change--) {
          bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt(256);
        }
        try {
          ImageFile file = new ImageFile("picture", "JPEG", bytes);
          JpegHeader header = JpegHeader.read(file);
          Optional<Image> image = JpegSequential.decode(file, header.colours());
          if (image.isPresent()) {
            decoded++;
            assertThat(image.get().height()).isEqualTo(header.height());
            assertThat(image.get().width()).isEqualTo(header.width());
          } else {
            left++;
          }
        } catch (ImageException e) {
          assertThat(e).hasMessageStartingWith("picture: expected a JPEG picture, but ");
        }
      }
    }
    assertThat(decoded).isPositive();
    assertThat(left).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "c9, 8, it is coded arithmetically",
    "ca, 8, it is coded arithmetically",
    "c3, 8, it is a lossless JPEG",
    "c5, 8, it is a hierarchical JPEG",
    "c1, 12, 'it has samples of 12 bits, which are not supported'"
  })
  void kindsThatAreNotReadAreNamed(String frame, int bits, String sentence) throws IOException {
    byte[] bytes = data(cases().getFirst()).clone();
    int at = 2;
    while (bytes[at + 1] != (byte) 0xc0) {
      at += 2 + ((bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff));
    }
    bytes[at + 1] = (byte) Integer.parseInt(frame, 16);
    bytes[at + 4] = (byte) bits;
    ImageFile file = new ImageFile("picture", "JPEG", bytes);
    assertThatThrownBy(() -> JpegDecoder.open(file).decode())
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("picture: expected a JPEG picture, but " + sentence)
        .hasMessageEndingWith("not supported");
  }
}
