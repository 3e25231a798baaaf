package org.resnext4j.training.input;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.data.Dataset;

/**
 * A data set that decodes each picture once and keeps its 8-bit samples in memory. It suits data
 * sets that fit into memory: every further epoch decodes nothing.
 */
public final class CachedDataset implements Dataset {

  private final Dataset source;
  private final AtomicReferenceArray<Image> images;

  /** An empty cache of a data set. */
  public CachedDataset(Dataset source) {
    this.source = source;
    this.images = new AtomicReferenceArray<>(source.size());
  }

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
    Image kept = images.get(index);
    if (kept != null) {
      return kept;
    }
    Image image = source.read(index);
    images.set(index, image);
    return image;
  }
}
