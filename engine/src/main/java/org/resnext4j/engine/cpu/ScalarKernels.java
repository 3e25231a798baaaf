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

  @Override
  public void multiplyLanes(MatrixProduct p, int first, int end) {
    float[] a = p.a().values();
    for (int row = first; row < end; row++) {
      int aRow = p.a().offsets()[row] + p.a().shift();
      int cRow = p.c().offsets()[row] + p.c().shift();
      for (int n = 0; n < p.vectors() * lanes; n++) {
        int panel = n / lanes / MatrixProduct.PANEL_VECTORS;
        int column = panel * MatrixProduct.PANEL_VECTORS * lanes;
        int width = Math.min(MatrixProduct.PANEL_VECTORS, p.vectors() - panel * 2) * lanes;
        float sum = p.bias()[p.biasOffset() + n];
        if (p.hasResidual()) {
          Rows residual = p.residual();
          sum += residual.values()[residual.offsets()[row] + residual.shift() + n];
        }
        int bIndex = p.packedOffset() + column * p.depth() + n - column;
        for (int segment : p.segments()) {
          for (int k = 0; k < p.segmentLength(); k++) {
            sum = Math.fma(a[aRow + segment + k * lanes + n % lanes], p.packed()[bIndex], sum);
            bIndex += width;
          }
        }
        p.c().values()[cRow + n] = sum < p.floor() ? p.floor() : sum;
      }
    }
  }

  @Override
  public void maximum(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors) {
    for (int c = 0; c < vectors * lanes; c++) {
      float largest = x[from + c];
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          largest = Math.max(largest, x[from + i * rowStep + j * pixelStep + c]);
        }
      }
      y[to + c] = largest;
    }
  }

  @Override
  public void mean(
      float[] x,
      int from,
      int height,
      int rowStep,
      int width,
      int pixelStep,
      float[] y,
      int to,
      int vectors) {
    float share = 1f / (height * width);
    for (int c = 0; c < vectors * lanes; c++) {
      float sum = 0;
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          sum += x[from + i * rowStep + j * pixelStep + c];
        }
      }
      y[to + c] = sum * share;
    }
  }

  @Override
  public void combine(Combination p, int first, int end) {
    Rows to = p.output();
    for (int row = first; row < end; row++) {
      for (int c = 0; c < p.vectors() * lanes; c++) {
        float sum = 0;
        for (Rows input : p.inputs()) {
          sum += input.values()[input.offsets()[row] + input.shift() + c];
        }
        float y = Math.fma(sum, p.constants()[p.scale() + c], p.constants()[p.shift() + c]);
        to.values()[to.offsets()[row] + to.shift() + c] = y < p.floor() ? p.floor() : y;
      }
    }
  }
}
