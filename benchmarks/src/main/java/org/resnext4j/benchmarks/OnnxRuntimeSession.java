package org.resnext4j.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Creates the ONNX Runtime sessions of all comparisons: CPU provider, all optimisations. */
final class OnnxRuntimeSession {

  private OnnxRuntimeSession() {}

  /**
   * Loads a network.
   *
   * @param threads number of threads that share an operation
   * @param spins whether idle threads spin for a while, which is ONNX Runtime's default
   * @throws IOException if the network cannot be loaded
   */
  static OrtSession open(Path onnx, int threads, boolean spins) throws IOException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
      return OrtEnvironment.getEnvironment().createSession(onnx.toString(), options);
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime cannot load " + onnx, e);
    }
  }
}
