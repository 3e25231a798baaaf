package org.resnext4j.vision.transform;

import java.util.function.UnaryOperator;
import org.resnext4j.vision.Image;

/** Flips a picture horizontally: exchanges left and right. */
public record HorizontalFlip() implements UnaryOperator<Image> {

  @Override
  public Image apply(Image image) {
    byte[] rgb = image.rgb();
    byte[] flipped = new byte[rgb.length];
    int stride = image.width() * Image.CHANNELS;
    for (int row = 0; row < rgb.length; row += stride) {
      for (int x = 0; x < stride; x += Image.CHANNELS) {
        int from = row + stride - Image.CHANNELS - x;
        flipped[row + x] = rgb[from];
        flipped[row + x + 1] = rgb[from + 1];
        flipped[row + x + 2] = rgb[from + 2];
      }
    }
    return new Image(image.height(), image.width(), flipped);
  }
}
