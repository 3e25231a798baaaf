package org.resnext4j.engine.cpu.kernel;

/**
 * The kernels in plain loops: what {@link VectorKernels} computes, said simply. They run where the
 * Vector API is not there, and the tests hold the two together.
 */
public final class ScalarKernels implements Kernels {

  /** Lanes that weights are packed for where no vector unit asks for a width. */
  static final int DEFAULT_LANES = 8;

  private final int lanes;

  /** Kernels for weights packed with a number of lanes. */
  public ScalarKernels(int lanes) {
    this.lanes = lanes;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public boolean pairs() {
    return false;
  }

  @Override
  public void sumRows(MatrixProduct p, int first, int end) {
    float[] a = p.a().values();
    for (int row = first; row < end; row++) {
      float sum = 0;
      for (int segment : p.segments()) {
        int from = p.a().offsets()[row] + p.a().shift() + segment;
        for (int k = from; k < from + p.segmentLength(); k += 2) {
          sum = Math.fma(a[k], a[k + 1], sum);
        }
      }
      p.pairs().rowSums()[row] = sum / 2;
    }
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
        float start = p.bias()[p.biasOffset() + column + n];
        if (p.hasResidual()) {
          Rows residual = p.residual();
          start += residual.values()[residual.offsets()[row] + residual.shift() + column + n];
        }
        float sum = p.pairs().isNone() ? start : 0;
        int bIndex = p.packedOffset() + column * p.depth() + n;
        for (int segment : p.segments()) {
          for (int k = 0; k < p.segmentLength(); k++) {
            sum = Math.fma(a[aRow + segment + k], b[bIndex], sum);
            bIndex += width;
          }
        }
        if (!p.pairs().isNone()) {
          sum = Math.fma(sum, p.pairs().constants()[p.pairs().inverse()], start);
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

  /** Winograd's F(2, 3): what the four values of a patch become. */
  private static float inputTransform(int i, float d0, float d1, float d2, float d3) {
    return switch (i) {
      case 0 -> d0 - d2;
      case 1 -> d1 + d2;
      case 2 -> d2 - d1;
      default -> d1 - d3;
    };
  }

  @Override
  public void winogradInput(
      float[] x,
      int from,
      int rowStep,
      int lastRow,
      int pixelStep,
      int lastPixel,
      float[] y,
      int to,
      int planeStep,
      int vectors) {
    int[] rows = {0, rowStep, 2 * rowStep, lastRow};
    int[] pixels = {0, pixelStep, 2 * pixelStep, lastPixel};
    float[][] t = new float[4][4];
    for (int c = 0; c < vectors * lanes; c++) {
      for (int j = 0; j < 4; j++) {
        int at = from + pixels[j] + c;
        for (int i = 0; i < 4; i++) {
          t[i][j] = inputTransform(i, x[at], x[at + rows[1]], x[at + rows[2]], x[at + rows[3]]);
        }
      }
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          y[to + (i * 4 + j) * planeStep + c] =
              inputTransform(j, t[i][0], t[i][1], t[i][2], t[i][3]);
        }
      }
    }
  }

  @Override
  public void winogradOutput(
      float[] m,
      int from,
      int planeStep,
      float[] constants,
      int bias,
      float floor,
      float[] y,
      int to,
      int rowStep,
      int pixelStep,
      int vectors) {
    float[][] u = new float[2][4];
    for (int c = 0; c < vectors * lanes; c++) {
      for (int j = 0; j < 4; j++) {
        int at = from + j * planeStep + c;
        float m0 = m[at];
        float m1 = m[at + 4 * planeStep];
        float m2 = m[at + 8 * planeStep];
        float m3 = m[at + 12 * planeStep];
        u[0][j] = m0 + m1 + m2;
        u[1][j] = m1 - m2 - m3;
      }
      for (int i = 1; i >= 0; i--) {
        float left = u[i][0] + u[i][1] + u[i][2] + constants[bias + c];
        float right = u[i][1] - u[i][2] - u[i][3] + constants[bias + c];
        y[to + i * rowStep + pixelStep + c] = right < floor ? floor : right;
        y[to + i * rowStep + c] = left < floor ? floor : left;
      }
    }
  }

  /** Rows of Bᵀ of Winograd's F(4×4, 3×3) at the points 0, ±3/4, ±3/2 and infinity. */
  private static final float[][] PATCH = {
    {81 / 64f, 0, -45 / 16f, 0, 1, 0},
    {0, -27 / 16f, -9 / 4f, 3 / 4f, 1, 0},
    {0, 27 / 16f, -9 / 4f, -3 / 4f, 1, 0},
    {0, -27 / 32f, -9 / 16f, 3 / 2f, 1, 0},
    {0, 27 / 32f, -9 / 16f, -3 / 2f, 1, 0},
    {0, 81 / 64f, 0, -45 / 16f, 0, 1}
  };

  /** Rows of its Aᵀ. */
  private static final float[][] TILE = {
    {1, 1, 1, 1, 1, 0},
    {0, 3 / 4f, -3 / 4f, 3 / 2f, -3 / 2f, 0},
    {0, 9 / 16f, 9 / 16f, 9 / 4f, 9 / 4f, 0},
    {0, 27 / 64f, -27 / 64f, 27 / 8f, -27 / 8f, 1}
  };

  /** {@code M d Mᵀ} of a square d of 6×6 values that lie {@code rowStep} and {@code step} apart. */
  private static float[][] sandwich(float[][] m, float[] x, int from, int rowStep, int step) {
    float[][] result = new float[m.length][m.length];
    for (int i = 0; i < m.length; i++) {
      for (int j = 0; j < m.length; j++) {
        for (int row = 0; row < 6; row++) {
          for (int column = 0; column < 6; column++) {
            result[i][j] += m[i][row] * x[from + row * rowStep + column * step] * m[j][column];
          }
        }
      }
    }
    return result;
  }

  @Override
  public void winogradPatch(
      float[] x,
      int from,
      int rowStep,
      int pixelStep,
      float[] y,
      int to,
      int planeStep,
      int vectors,
      float[] scratch,
      int scratchFrom) {
    for (int c = 0; c < vectors * lanes; c++) {
      float[][] result = sandwich(PATCH, x, from + c, rowStep, pixelStep);
      for (int plane = 0; plane < 36; plane++) {
        y[to + plane * planeStep + c] = result[plane / 6][plane % 6];
      }
    }
  }

  @Override
  public void winogradTile(
      float[] m,
      int from,
      int planeStep,
      float[] y,
      int to,
      int vectors,
      float[] scratch,
      int scratchFrom) {
    int channels = vectors * lanes;
    for (int c = 0; c < channels; c++) {
      float[][] result = sandwich(TILE, m, from + c, 6 * planeStep, planeStep);
      for (int pixel = 0; pixel < 16; pixel++) {
        y[to + pixel * channels + c] = result[pixel / 4][pixel % 4];
      }
    }
  }

  @Override
  public void finish(
      float[] x,
      int from,
      int xRowStep,
      float[] y,
      int to,
      int yRowStep,
      int yPixelStep,
      int rows,
      int pixels,
      int vectors,
      float[] constants,
      int bias,
      float floor) {
    int channels = vectors * lanes;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < pixels * channels; i++) {
        float sum = x[from + row * xRowStep + i] + constants[bias + i % channels];
        int at = to + row * yRowStep + i / channels * yPixelStep + i % channels;
        y[at] = sum < floor ? floor : sum;
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
