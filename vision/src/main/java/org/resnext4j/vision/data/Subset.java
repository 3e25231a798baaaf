package org.resnext4j.vision.data;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.resnext4j.vision.Image;

/** Some pictures of a data set. */
final class Subset implements Dataset {

  private final Dataset whole;
  private final int[] indexes;

  Subset(Dataset whole, int[] indexes) {
    this.whole = whole;
    this.indexes = indexes;
    for (int index : indexes) {
      Objects.checkIndex(index, whole.size());
    }
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public int size() {
    return indexes.length;
  }

  @Override
  public int label(int index) {
    return whole.label(indexes[index]);
  }

  @Override
  public String name(int index) {
    return whole.name(indexes[index]);
  }

  @Override
  public Skipped skipped() {
    return whole.skipped();
  }

  @Override
  public Image read(int index) throws IOException {
    return whole.read(indexes[index]);
  }
}
