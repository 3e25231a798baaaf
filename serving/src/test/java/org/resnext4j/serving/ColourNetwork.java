package org.resnext4j.serving;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.serving.batch.Network;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.transform.Interpolation;

/**
 * A network whose answers can be worked out by hand: the logit of a colour is its mean over the
 * picture, times ten. Its feature map is the picture itself. It takes as long as it is told to.
 */
final class ColourNetwork implements Network {

  static final int SIZE = 8;
  static final List<String> LABELS = List.of("red", "green", "blue");

  final AtomicInteger batches = new AtomicInteger();
  final AtomicInteger pictures = new AtomicInteger();
  final AtomicInteger largestBatch = new AtomicInteger();
  final AtomicBoolean closed = new AtomicBoolean();
  private final Pace pace;

  /** What a run waits for. */
  interface Pace {
    void await(int pictures) throws InterruptedException;
  }

  ColourNetwork() {
    this(0);
  }

  ColourNetwork(long millisPerPicture) {
    this(pictures -> Thread.sleep(millisPerPicture * pictures));
  }

  ColourNetwork(Pace pace) {
    this.pace = pace;
  }

  static ServedModel model(String name, String version, Network network) {
    Preprocessing preprocessing =
        new Preprocessing(
            SIZE, SIZE, Interpolation.BILINEAR, new float[] {0, 0, 0}, new float[] {1, 1, 1});
    LinkedHashMap<String, String> provenance = new LinkedHashMap<>();
    provenance.put("made by", "hand");
    return new ServedModel(
        name,
        version,
        network,
        LABELS,
        preprocessing,
        new ServedModel.Facts("colours", 0, 3L * SIZE * SIZE, provenance));
  }

  @Override
  public Shape input() {
    return new Shape(1, SIZE, SIZE, 3);
  }

  @Override
  public int classes() {
    return LABELS.size();
  }

  @Override
  public Shape features() {
    return input();
  }

  @Override
  public void run(float[] images, int count, float[] logits, float[] features) {
    if (closed.get()) {
      throw new IllegalStateException("used after it was closed");
    }
    batches.incrementAndGet();
    pictures.addAndGet(count);
    largestBatch.accumulateAndGet(count, Math::max);
    int pixels = SIZE * SIZE;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
          sum += images[(n * pixels + p) * 3 + c];
        }
        logits[n * 3 + c] = (float) (10 * sum / pixels);
      }
    }
    System.arraycopy(images, 0, features, 0, features.length);
    try {
      pace.await(count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public float[] evidence(float[] features, int picture, int classIndex) {
    int pixels = SIZE * SIZE;
    float[] map = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      map[p] = 10 * features[(picture * pixels + p) * 3 + classIndex];
    }
    return map;
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
