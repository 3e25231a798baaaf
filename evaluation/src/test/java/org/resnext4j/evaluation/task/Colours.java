package org.resnext4j.evaluation.task;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.resnext4j.evaluation.Scorer;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Interpolation;

/**
 * Tiny pictures of one colour, and a "network" that reads the colour: red r means the output r is
 * the highest, the next ones follow. What it should answer can be counted by hand.
 */
final class Colours {

  /** Pixels as they are, from 0 to 1. */
  static final Preprocessing PLAIN =
      new Preprocessing(4, 4, Interpolation.BILINEAR, new float[] {0, 0, 0}, new float[] {1, 1, 1});

  private Colours() {}

  /** A picture that the network takes for this output. */
  static Path write(Path file, int output) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    int[] pixels = new int[16];
    // Up to 65,535 outputs: red holds the high byte, green the low one.
    Arrays.fill(pixels, output << 8);
    image.setRGB(0, 0, 4, 4, pixels, 0, 4);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** A network of so many outputs. */
  static Scorer network(int outputs) {
    return (images, count) -> {
      int elements = images.length / count;
      float[] logits = new float[count * outputs];
      for (int i = 0; i < count; i++) {
        int red = Math.round(images[i * elements] * 255);
        int green = Math.round(images[i * elements + 1] * 255);
        int output = (red << 8 | green) % outputs;
        for (int o = 0; o < outputs; o++) {
          // 0 for the output meant, then less and less going up, around the end.
          logits[i * outputs + o] = -0.01f * Math.floorMod(o - output, outputs);
        }
      }
      return logits;
    };
  }
}
