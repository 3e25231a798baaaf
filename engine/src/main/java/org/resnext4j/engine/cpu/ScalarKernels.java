package org.resnext4j.engine.cpu;

/**
 * The kernels in plain loops: what {@link VectorKernels} computes, said simply. They run where the
 * Vector API is not there, and the tests hold the two together.
 */
final class ScalarKernels implements Kernels {

  /** Lanes that weights are packed for where no vector unit asks for a width. */
  static final int DEFAULT_LANES = 8;

  private final int lanes;

  /** Kernels for weights packed with a number of lanes. */
  ScalarKernels(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void multiply(MatrixProduct p, int first, int end, int panel) {
    int column = panel * MatrixProduct.PANEL_VECTORS * lanes;
    int width = Math.min(MatrixProduct.PANEL_VECTORS, p.vectors() - panel * 2) * lanes;
    float[] a = p.a().values();
    float[] b = p.packed();
    for (int row = first; row < end; row++) {
      int aRow = p.a().offsets()[row] + p.a().shift();
      int cRow = p.c().offsets()[row] + p.c().shift() + column;
      for (int n = 0; n < width; n++) {
        float sum = p.bias()[p.biasOffset() + column + n];
        if (p.hasResidual()) {
          Rows residual = p.residual();
          sum += residual.values()[residual.offsets()[row] + residual.shift() + column + n];
        }
        int bIndex = p.packedOffset() + column * p.depth() + n;
        for (int segment : p.segments()) {
          for (int k = 0; k < p.segmentLength(); k++) {
            sum = Math.fma(a[aRow + segment + k], b[bIndex], sum);
            bIndex += width;
          }
        }
        p.c().values()[cRow + n] = sum < p.floor() ? p.floor() : sum;
      }
    }
  }
}
