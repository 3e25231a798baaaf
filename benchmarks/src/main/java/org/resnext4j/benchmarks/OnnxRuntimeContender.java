package org.resnext4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/** A prediction in ONNX Runtime. Its input lies in native memory. */
final class OnnxRuntimeContender implements Contender {

  private final OrtSession session;
  private final OnnxTensor input;
  private final String inputName;
  private float[] logits = new float[0];

  OnnxRuntimeContender(Workload workload) throws IOException {
    if (workload.training()) {
      throw new IllegalArgumentException("ONNX Runtime's Java build does not train");
    }
    try {
      session = OnnxRuntimeSession.open(workload.onnx(), workload.threads(), true);
      inputName = session.getInputNames().iterator().next();
      float[] images = workload.planarImages();
      FloatBuffer buffer =
          ByteBuffer.allocateDirect(images.length * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer()
              .put(images)
              .flip();
      long[] shape = {workload.batch(), 3, workload.size(), workload.size()};
      input = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape);
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot load " + workload.onnx(), e);
    }
  }

  @Override
  public void step() {
    try (OrtSession.Result result = session.run(Map.of(inputName, input))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      if (logits.length != output.remaining()) {
        logits = new float[output.remaining()];
      }
      output.get(logits);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  @Override
  public float[] result() {
    return logits;
  }

  @Override
  public void close() {
    try {
      input.close();
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed to close", e);
    }
  }
}
