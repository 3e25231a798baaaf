package org.resnext4j.engine.cpu.kernel;

import java.util.Arrays;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The kernels in plain loops. They compute the same results as {@link VectorKernels}, and tests
 * compare the two. They run where the Vector API is absent or where the virtual machine does not
 * compile it to vector instructions.
 */
public final class ScalarKernels implements Kernels {

  /** The number of lanes for which weights are packed if the machine has no vectors. */
  static final int DEFAULT_LANES = 8;

  /** Rows and columns of {@link PlainTiles}' largest tile. */
  private static final int TILE_ROWS = 3;

  private static final int TILE_COLUMNS = 4;

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
        int from = p.a().start(row) + segment;
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
    int packed = p.packedOffset() + column * p.depth();
    if (!p.pairs().isNone()) {
      multiplyScaled(p, first, end, column, width);
      return;
    }
    int columns = lanes % TILE_COLUMNS == 0 ? TILE_COLUMNS : 1;
    for (int row = first; row < end; row += TILE_ROWS) {
      for (int n = 0; n < width; n += columns) {
        PlainTiles.tile(
            TILE_ROWS, columns, p, row, end - 1, 0, 1, packed + n, width, column + n, 1);
      }
    }
  }

  /** Computes plain sums for a B that was scaled for {@link PairedProduct}. */
  private static void multiplyScaled(MatrixProduct p, int first, int end, int column, int width) {
    float[] a = p.a().values();
    float inverse = p.pairs().constants()[p.pairs().inverse()];
    for (int row = first; row < end; row++) {
      int aRow = p.a().start(row);
      int cRow = p.c().start(row) + column;
      for (int n = 0; n < width; n++) {
        float start = p.bias()[p.biasOffset() + column + n];
        if (p.hasResidual()) {
          Rows residual = p.residual();
          start += residual.values()[residual.start(row) + column + n];
        }
        float sum = 0;
        int bIndex = p.packedOffset() + column * p.depth() + n;
        for (int segment : p.segments()) {
          for (int k = 0; k < p.segmentLength(); k++) {
            sum = Math.fma(a[aRow + segment + k], p.packed()[bIndex], sum);
            bIndex += width;
          }
        }
        sum = Math.fma(sum, inverse, start);
        p.c().values()[cRow + n] = sum < p.floor() ? p.floor() : sum;
      }
    }
  }

  @Override
  public void multiplyLanes(MatrixProduct p, int first, int end) {
    for (int row = first; row < end; row += TILE_ROWS) {
      for (int panel = 0; panel < p.panels(); panel++) {
        int column = panel * MatrixProduct.PANEL_VECTORS * lanes;
        int vectors = Math.min(MatrixProduct.PANEL_VECTORS, p.vectors() - panel * 2);
        int packed = p.packedOffset() + column * p.depth();
        // The tile computes one lane of the panel's vectors, whose columns are a vector apart.
        for (int lane = 0; lane < lanes; lane++) {
          PlainTiles.tile(
              TILE_ROWS,
              vectors,
              p,
              row,
              end - 1,
              lane,
              lanes,
              packed + lane,
              vectors * lanes,
              column + lane,
              lanes);
        }
      }
    }
  }

  /**
   * Computes one of the four values of Winograd's input transform F(2, 3) for a line of a patch.
   */
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
      PixelSteps steps,
      int lastRow,
      int lastPixel,
      float[] y,
      int to,
      int planeStep) {
    int[] rows = {0, steps.row(), 2 * steps.row(), lastRow};
    int[] pixels = {0, steps.pixel(), 2 * steps.pixel(), lastPixel};
    float[][] t = new float[4][4];
    for (int c = 0; c < steps.vectors() * lanes; c++) {
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
      float[] m, int from, int planeStep, Epilogue epilogue, float[] y, int to, PixelSteps steps) {
    float[] constants = epilogue.constants();
    int bias = epilogue.bias();
    float floor = epilogue.floor();
    float[][] u = new float[2][4];
    for (int c = 0; c < steps.vectors() * lanes; c++) {
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
        y[to + i * steps.row() + steps.pixel() + c] = right < floor ? floor : right;
        y[to + i * steps.row() + c] = left < floor ? floor : left;
      }
    }
  }

  /**
   * Computes one line of the input transform of Winograd's F(4×4, 3×3) with the points 0, ±3/4,
   * ±3/2 and ∞.
   */
  private void patchLine(float[] x, int from, int step, float[] y, int to, int yStep) {
    for (int c = 0; c < lanes; c++) {
      int at = from + c;
      float d0 = x[at];
      float d1 = x[at + step];
      float d2 = x[at + 2 * step];
      float d3 = x[at + 3 * step];
      float d4 = x[at + 4 * step];
      float d5 = x[at + 5 * step];
      float even = d4 - 9 / 4f * d2;
      float odd = 3 / 4f * d3 - 27 / 16f * d1;
      float wideEven = d4 - 9 / 16f * d2;
      float wideOdd = 3 / 2f * d3 - 27 / 32f * d1;
      int out = to + c;
      y[out] = 81 / 64f * d0 - 45 / 16f * d2 + d4;
      y[out + yStep] = even + odd;
      y[out + 2 * yStep] = even - odd;
      y[out + 3 * yStep] = wideEven + wideOdd;
      y[out + 4 * yStep] = wideEven - wideOdd;
      y[out + 5 * yStep] = 81 / 64f * d1 - 45 / 16f * d3 + d5;
    }
  }

  /** Computes one line of the output transform of Winograd's F(4×4, 3×3). */
  private void tileLine(float[] m, int from, int step, float[] y, int to, int yStep) {
    for (int c = 0; c < lanes; c++) {
      int at = from + c;
      float near = m[at + step] + m[at + 2 * step];
      float nearOdd = m[at + step] - m[at + 2 * step];
      float far = m[at + 3 * step] + m[at + 4 * step];
      float farOdd = m[at + 3 * step] - m[at + 4 * step];
      int out = to + c;
      y[out] = m[at] + near + far;
      y[out + yStep] = 3 / 4f * nearOdd + 3 / 2f * farOdd;
      y[out + 2 * yStep] = 9 / 16f * near + 9 / 4f * far;
      y[out + 3 * yStep] = 27 / 64f * nearOdd + 27 / 8f * farOdd + m[at + 5 * step];
    }
  }

  @Override
  public void winogradPatch(
      float[] x,
      int from,
      PixelSteps steps,
      float[] y,
      int to,
      int planeStep,
      float[] scratch,
      int scratchFrom) {
    for (int v = 0; v < steps.vectors() * lanes; v += lanes) {
      for (int column = 0; column < 6; column++) {
        patchLine(
            x,
            from + column * steps.pixel() + v,
            steps.row(),
            scratch,
            scratchFrom + column * lanes,
            6 * lanes);
      }
      for (int row = 0; row < 6; row++) {
        patchLine(
            scratch,
            scratchFrom + row * 6 * lanes,
            lanes,
            y,
            to + row * 6 * planeStep + v,
            planeStep);
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
      PixelSteps steps,
      float[] scratch,
      int scratchFrom) {
    for (int v = 0; v < steps.vectors() * lanes; v += lanes) {
      for (int column = 0; column < 6; column++) {
        tileLine(
            m,
            from + column * planeStep + v,
            6 * planeStep,
            scratch,
            scratchFrom + column * lanes,
            6 * lanes);
      }
      for (int row = 0; row < 4; row++) {
        tileLine(
            scratch,
            scratchFrom + row * 6 * lanes,
            lanes,
            y,
            to + row * steps.row() + v,
            steps.pixel());
      }
    }
  }

  @Override
  public void finish(
      float[] x,
      int from,
      float[] y,
      int to,
      PixelSteps steps,
      int rows,
      int pixels,
      Epilogue epilogue) {
    float[] constants = epilogue.constants();
    int bias = epilogue.bias();
    float floor = epilogue.floor();
    int channels = steps.vectors() * lanes;
    for (int row = 0; row < rows; row++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        int in = from + (row * WinogradTransforms.TILE + pixel) * channels;
        int out = to + row * steps.row() + pixel * steps.pixel();
        for (int c = 0; c < channels; c++) {
          float sum = x[in + c] + constants[bias + c];
          y[out + c] = sum < floor ? floor : sum;
        }
      }
    }
  }

  @Override
  public void maximum(
      float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to) {
    for (int c = 0; c < steps.vectors() * lanes; c++) {
      float largest = x[from + c];
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          largest = Math.max(largest, x[from + i * steps.row() + j * steps.pixel() + c]);
        }
      }
      y[to + c] = largest;
    }
  }

  @Override
  public void mean(
      float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to) {
    float share = 1f / (height * width);
    for (int c = 0; c < steps.vectors() * lanes; c++) {
      float sum = 0;
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          sum += x[from + i * steps.row() + j * steps.pixel() + c];
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
          sum += input.values()[input.start(row) + c];
        }
        float y = Math.fma(sum, p.constants()[p.scale() + c], p.constants()[p.shift() + c]);
        to.values()[to.start(row) + c] = y < p.floor() ? p.floor() : y;
      }
    }
  }

  @Override
  public void scaledSum(ScaledSum p, int first, int end) {
    float[] y = p.output().values();
    for (int row = first; row < end; row++) {
      int to = p.output().start(row);
      for (int c = 0; c < p.vectors() * lanes; c++) {
        float sum = 0;
        for (int i = p.maps().length - 1; i >= 0; i--) {
          Rows map = p.maps()[i];
          Rows gates = p.gates()[i];
          sum =
              Math.fma(map.values()[map.start(row) + c], gates.values()[gates.start(row) + c], sum);
        }
        y[to + c] = sum < p.floor() ? p.floor() : sum;
      }
    }
  }

  @Override
  public void apply(Nonlinearity function, float[] x, int from, float[] y, int to, int vectors) {
    PixelFunctions.apply(function, x, from, y, to, vectors * lanes);
  }

  @Override
  public void filter(float[] x, int from, Taps rows, Taps columns, int vectors, float[] y, int to) {
    Arrays.fill(y, to, to + vectors * lanes, 0f);
    for (int i = 0; i < rows.offsets().length; i++) {
      for (int j = 0; j < columns.offsets().length; j++) {
        PixelFunctions.addScaled(
            rows.weights()[i] * columns.weights()[j],
            x,
            from + rows.offsets()[i] + columns.offsets()[j],
            y,
            to,
            vectors * lanes);
      }
    }
  }
}
