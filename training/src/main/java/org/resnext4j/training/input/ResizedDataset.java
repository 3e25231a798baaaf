package org.resnext4j.training.input;

import java.io.IOException;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.PictureMemory;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/**
 * A data set that resizes the pictures of another data set.
 *
 * @param source the other data set
 * @param proportion factor of the shorter side of every picture
 * @param interpolation interpolation of the resize
 */
public record ResizedDataset(Dataset source, double proportion, Interpolation interpolation)
    implements Dataset {

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public int label(int index) {
    return source.label(index);
  }

  @Override
  public String name(int index) {
    return source.name(index);
  }

  @Override
  public Image read(int index) throws IOException {
    return PictureMemory.during(() -> {
      Image image = source.read(index);
      long side = Math.round(Math.min(image.height(), image.width()) * proportion);
      return Resize.shorterSide((int) Math.max(1, side), interpolation).apply(image);
    });
  }
}
