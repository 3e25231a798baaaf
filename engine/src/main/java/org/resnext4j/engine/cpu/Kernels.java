package org.resnext4j.engine.cpu;

import java.util.Optional;

/**
 * The arithmetic of the engine, on plain arrays. Two implementations compute the same from the same
 * packed weights: {@link VectorKernels} and its plain twin, {@link ScalarKernels}.
 *
 * <p>Every method does a part of a layer's work on the calling thread and allocates nothing.
 */
interface Kernels {

  /** Values in a vector; packed weights and padded channels are laid out by it. */
  int lanes();

  /**
   * Computes some rows of one panel of a matrix product.
   *
   * @param product what to compute
   * @param first first row
   * @param end one past the last row
   * @param panel which panel of columns
   */
  void multiply(MatrixProduct product, int first, int end, int panel);

  /**
   * Computes some rows of a product whose A holds vectors: {@code C[m, n·lanes + l] = Σₖ A[m,
   * k·lanes + l] · B[k, n·lanes + l] + …}, each lane for itself. A segment is {@code segmentLength}
   * vectors long.
   *
   * @param product what to compute
   * @param first first row
   * @param end one past the last row
   */
  void multiplyLanes(MatrixProduct product, int first, int end);

  /**
   * The largest values of a window of pixels, place by place.
   *
   * @param x holds the window
   * @param from where its first pixel is
   * @param height rows of the window, at least 1
   * @param rowStep from one row to the next
   * @param width pixels of a row, at least 1
   * @param pixelStep from one pixel to the next
   * @param y gets the result
   * @param to where it goes
   * @param vectors places of a pixel, in vectors
   */
  void maximum(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors);

  /** The mean values of a window of pixels, place by place; parameters as for the maximum. */
  void mean(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors);

  /**
   * What {@link Kernels#combine} computes: {@code max(floor, scale · Σ inputs + shift)}.
   *
   * @param inputs pixels that are added
   * @param output pixels that are written
   * @param constants holds scale and shift
   * @param scale where the factors of a pixel's places start
   * @param shift where the summands start
   * @param vectors places of a pixel, in vectors
   * @param floor 0 for ReLU, negative infinity for none
   */
  @SuppressWarnings("ArrayRecordComponent") // A description of where things lie.
  record Combination(
      Rows[] inputs,
      Rows output,
      float[] constants,
      int scale,
      int shift,
      int vectors,
      float floor) {}

  /**
   * Computes some rows of a combination.
   *
   * @param combination what to compute
   * @param first first row
   * @param end one past the last row
   */
  void combine(Combination combination, int first, int end);

  /** The fastest kernels that this Java virtual machine can run; warns once if they are plain. */
  static Kernels best() {
    return Best.KERNELS;
  }

  /** Chooses once. */
  final class Best {

    private static final Kernels KERNELS = choose();

    private Best() {}

    private static Kernels choose() {
      Optional<String> obstacle = obstacle();
      if (obstacle.isEmpty()) {
        // Read by the Vector API when it loads: bounds are checked by the plans, once.
        if (System.getProperty(BOUNDS_CHECK) == null) {
          System.setProperty(BOUNDS_CHECK, "0");
        }
        return new VectorKernels();
      }
      System.getLogger(Kernels.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "resnext4j runs many times slower than it could, because {0}",
              obstacle.get());
      return new ScalarKernels(ScalarKernels.DEFAULT_LANES);
    }

    private static final String BOUNDS_CHECK = "jdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK";

    private static Optional<String> obstacle() {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
        return Optional.of(
            "the Vector API is not there; start java with --add-modules jdk.incubator.vector");
      }
      return Optional.empty();
    }
  }
}
