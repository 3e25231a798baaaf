package org.resnext4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.serving.batch.Network;

/** A service's network that runs on ONNX Runtime. Its input lies in native memory. */
final class OnnxRuntimeNetwork implements Network {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String inputName;
  private final Shape input;
  private final int classes;
  private final FloatBuffer planar;

  /**
   * Loads a network.
   *
   * @param spins whether idle threads spin for a while, which is ONNX Runtime's default
   * @param maxBatch largest number of pictures in a batch
   */
  OnnxRuntimeNetwork(Path onnx, Shape input, int classes, int threads, boolean spins, int maxBatch)
      throws IOException {
    this.input = input;
    this.classes = classes;
    this.planar =
        ByteBuffer.allocateDirect(Math.toIntExact(maxBatch * input.elements() * Float.BYTES))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    this.session = OnnxRuntimeSession.open(onnx, threads, spins);
    this.inputName = session.getInputNames().iterator().next();
  }

  @Override
  public Shape input() {
    return input;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public Shape features() {
    return new Shape(1, 1, 1, 1); // The benchmark compares no heat maps.
  }

  @Override
  public void run(float[] images, int count, float[] logits, float[] features) {
    toPlanar(images, count);
    long[] shape = {count, input.channels(), input.height(), input.width()};
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                environment, planar.duplicate().limit((int) (count * input.elements())), shape);
        OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(logits, 0, count * classes);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  /**
   * Copies images from {@code [count, height, width, channels]} to {@code [count, channels, height,
   * width]}.
   */
  private void toPlanar(float[] images, int count) {
    int pixels = input.height() * input.width();
    int channels = input.channels();
    for (int picture = 0; picture < count; picture++) {
      int base = picture * pixels * channels;
      for (int c = 0; c < channels; c++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          planar.put(base + c * pixels + pixel, images[base + pixel * channels + c]);
        }
      }
    }
  }

  @Override
  public float[] evidence(float[] features, int picture, int classIndex) {
    throw new UnsupportedOperationException("heat maps are not compared");
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close", e);
    }
  }
}
