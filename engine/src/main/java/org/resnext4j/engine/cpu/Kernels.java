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
