package org.resnext4j.training;

import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.training.input.Randomness;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.data.Dataset;

/**
 * Pictures made of a formula: those of a class share a pattern, each has noise of its own, so that
 * a small network can learn them.
 */
public record TestPictures(int size, int side, List<String> classes) implements Dataset {

  public static TestPictures of(int size, int side, int classes) {
    return new TestPictures(
        size, side, IntStream.range(0, classes).mapToObj(k -> "class" + k).toList());
  }

  @Override
  public int label(int index) {
    return index % classes.size();
  }

  @Override
  public String name(int index) {
    return "pictures/%d".formatted(index);
  }

  @Override
  public Image read(int index) {
    byte[] rgb = new byte[side * side * Image.CHANNELS];
    Randomness noise = Randomness.of(7, Randomness.Purpose.PICTURE, index);
    for (int i = 0; i < rgb.length; i++) {
      int x = i / Image.CHANNELS % side;
      int y = i / Image.CHANNELS / side;
      double wave = Math.sin((x + 2.0 * y * label(index)) * (label(index) + 1) / 3);
      rgb[i] = (byte) Math.clamp(Math.round(128 + 60 * wave + 25 * noise.nextGaussian()), 0, 255);
    }
    return new Image(side, side, rgb);
  }
}
