package org.resnext4j.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures to train on: a folder for each class, its pictures noise around a grey of its own. */
final class PictureFolder {

  private static final int SIDE = 32;

  private PictureFolder() {}

  static void write(Path root, int each, String... classes) throws IOException {
    Random random = new Random(root.getFileName().toString().hashCode());
    for (int label = 0; label < classes.length; label++) {
      Path folder = Files.createDirectories(root.resolve(classes[label]));
      for (int i = 0; i < each; i++) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          int grey = random.nextInt(100) + 150 * label / Math.max(1, classes.length - 1);
          image.setRGB(pixel % SIDE, pixel / SIDE, grey * 0x010101);
        }
        ImageIO.write(image, "png", folder.resolve("%03d.png".formatted(i)).toFile());
      }
    }
  }
}
