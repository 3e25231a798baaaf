package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The kernels in the Vector API, with the machine's preferred vector width.
 *
 * <p>The program build/Tiles.java generates the tiles, which are hot. Each tile is a static leaf
 * method whose accumulators C2 keeps in registers. A tile must not call methods of our own, because
 * C2 stops inlining in methods of this size (it always inlines the Vector API's methods). A tile
 * must not carry accumulators out of branches, and must not use arrays of vectors, lambdas, masks,
 * or more live vectors than the machine has registers.
 */
public final class VectorKernels implements Kernels {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /**
   * Columns of a tile with lanes across cardinality, in vectors: two panels on machines with 32
   * vector registers.
   */
  private static final int MOST_VECTORS = SPECIES.vectorBitSize() >= 512 ? 4 : 2;

  private final boolean pairs;

  /**
   * Kernels for this machine.
   *
   * @param pairs whether products in pairs are faster on this machine
   */
  public VectorKernels(boolean pairs) {
    this.pairs = pairs;
  }

  static VectorKernels ofThisMachine() {
    return new VectorKernels(Processor.ofThisMachine().addsBesideMultiplying(LANES));
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public boolean pairs() {
    return pairs;
  }

  @Override
  public void sumRows(MatrixProduct product, int first, int end) {
    PairSums.ofRows(product, first, end);
  }

  @Override
  public void multiply(MatrixProduct product, int first, int end, int panel) {
    if (!product.pairs().isNone()) {
      for (int row = first; row < end; row += MatrixProduct.TILE_ROWS) {
        PairTiles.product6x2(product, row, end - 1, panel);
      }
      return;
    }
    int vectors = product.vectors() - panel * MatrixProduct.PANEL_VECTORS;
    int row = first;
    while (row < end) {
      int rows = MatrixProduct.tileRows(end - row);
      MatrixTiles.tile(rows, vectors, product, row, end - 1, panel);
      row += rows;
    }
  }

  @Override
  public void multiplyLanes(MatrixProduct product, int first, int end) {
    int row = first;
    while (row < end) {
      int rows = MatrixProduct.tileRows(end - row);
      // All columns of one tile follow each other, so its pixels stay in the first-level cache.
      int left = product.vectors();
      int column = 0;
      while (left > 0) {
        int vectors = left >= MOST_VECTORS ? MOST_VECTORS : Math.min(left, 2);
        LaneTiles.tile(rows, vectors, product, row, end - 1, column);
        left -= vectors;
        column += vectors * LANES;
      }
      row += rows;
    }
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
    for (int v = 0; v < steps.vectors() * LANES; v += LANES) {
      int row = from + v;
      int third = 2 * steps.pixel();
      FloatVector d00 = FloatVector.fromArray(SPECIES, x, row);
      FloatVector d01 = FloatVector.fromArray(SPECIES, x, row + steps.pixel());
      FloatVector d02 = FloatVector.fromArray(SPECIES, x, row + third);
      FloatVector d03 = FloatVector.fromArray(SPECIES, x, row + lastPixel);
      int row1 = row + steps.row();
      FloatVector d10 = FloatVector.fromArray(SPECIES, x, row1);
      FloatVector d11 = FloatVector.fromArray(SPECIES, x, row1 + steps.pixel());
      FloatVector d12 = FloatVector.fromArray(SPECIES, x, row1 + third);
      FloatVector d13 = FloatVector.fromArray(SPECIES, x, row1 + lastPixel);
      int row2 = row + 2 * steps.row();
      FloatVector d20 = FloatVector.fromArray(SPECIES, x, row2);
      FloatVector d21 = FloatVector.fromArray(SPECIES, x, row2 + steps.pixel());
      FloatVector d22 = FloatVector.fromArray(SPECIES, x, row2 + third);
      FloatVector d23 = FloatVector.fromArray(SPECIES, x, row2 + lastPixel);
      int row3 = row + lastRow;
      FloatVector d30 = FloatVector.fromArray(SPECIES, x, row3);
      FloatVector d31 = FloatVector.fromArray(SPECIES, x, row3 + steps.pixel());
      FloatVector d32 = FloatVector.fromArray(SPECIES, x, row3 + third);
      FloatVector d33 = FloatVector.fromArray(SPECIES, x, row3 + lastPixel);
      FloatVector t00 = d00.sub(d20);
      FloatVector t01 = d01.sub(d21);
      FloatVector t02 = d02.sub(d22);
      FloatVector t03 = d03.sub(d23);
      FloatVector t10 = d10.add(d20);
      FloatVector t11 = d11.add(d21);
      FloatVector t12 = d12.add(d22);
      FloatVector t13 = d13.add(d23);
      FloatVector t20 = d20.sub(d10);
      FloatVector t21 = d21.sub(d11);
      FloatVector t22 = d22.sub(d12);
      FloatVector t23 = d23.sub(d13);
      FloatVector t30 = d10.sub(d30);
      FloatVector t31 = d11.sub(d31);
      FloatVector t32 = d12.sub(d32);
      FloatVector t33 = d13.sub(d33);
      int out = to + v;
      t00.sub(t02).intoArray(y, out);
      t01.add(t02).intoArray(y, out + 1 * planeStep);
      t02.sub(t01).intoArray(y, out + 2 * planeStep);
      t01.sub(t03).intoArray(y, out + 3 * planeStep);
      t10.sub(t12).intoArray(y, out + 4 * planeStep);
      t11.add(t12).intoArray(y, out + 5 * planeStep);
      t12.sub(t11).intoArray(y, out + 6 * planeStep);
      t11.sub(t13).intoArray(y, out + 7 * planeStep);
      t20.sub(t22).intoArray(y, out + 8 * planeStep);
      t21.add(t22).intoArray(y, out + 9 * planeStep);
      t22.sub(t21).intoArray(y, out + 10 * planeStep);
      t21.sub(t23).intoArray(y, out + 11 * planeStep);
      t30.sub(t32).intoArray(y, out + 12 * planeStep);
      t31.add(t32).intoArray(y, out + 13 * planeStep);
      t32.sub(t31).intoArray(y, out + 14 * planeStep);
      t31.sub(t33).intoArray(y, out + 15 * planeStep);
    }
  }

  @Override
  public void winogradOutput(
      float[] m, int from, int planeStep, Epilogue epilogue, float[] y, int to, PixelSteps steps) {
    float[] constants = epilogue.constants();
    int bias = epilogue.bias();
    int rowStep = steps.row();
    int pixelStep = steps.pixel();
    FloatVector least = FloatVector.broadcast(SPECIES, epilogue.floor());
    for (int v = 0; v < steps.vectors() * LANES; v += LANES) {
      int in = from + v;
      FloatVector shift = FloatVector.fromArray(SPECIES, constants, bias + v);
      FloatVector m00 = FloatVector.fromArray(SPECIES, m, in);
      FloatVector m10 = FloatVector.fromArray(SPECIES, m, in + 4 * planeStep);
      FloatVector m20 = FloatVector.fromArray(SPECIES, m, in + 8 * planeStep);
      FloatVector m30 = FloatVector.fromArray(SPECIES, m, in + 12 * planeStep);
      FloatVector u00 = m00.add(m10).add(m20);
      FloatVector u10 = m10.sub(m20).sub(m30);
      FloatVector m01 = FloatVector.fromArray(SPECIES, m, in + 1 * planeStep);
      FloatVector m11 = FloatVector.fromArray(SPECIES, m, in + 5 * planeStep);
      FloatVector m21 = FloatVector.fromArray(SPECIES, m, in + 9 * planeStep);
      FloatVector m31 = FloatVector.fromArray(SPECIES, m, in + 13 * planeStep);
      FloatVector u01 = m01.add(m11).add(m21);
      FloatVector u11 = m11.sub(m21).sub(m31);
      FloatVector m02 = FloatVector.fromArray(SPECIES, m, in + 2 * planeStep);
      FloatVector m12 = FloatVector.fromArray(SPECIES, m, in + 6 * planeStep);
      FloatVector m22 = FloatVector.fromArray(SPECIES, m, in + 10 * planeStep);
      FloatVector m32 = FloatVector.fromArray(SPECIES, m, in + 14 * planeStep);
      FloatVector u02 = m02.add(m12).add(m22);
      FloatVector u12 = m12.sub(m22).sub(m32);
      FloatVector m03 = FloatVector.fromArray(SPECIES, m, in + 3 * planeStep);
      FloatVector m13 = FloatVector.fromArray(SPECIES, m, in + 7 * planeStep);
      FloatVector m23 = FloatVector.fromArray(SPECIES, m, in + 11 * planeStep);
      FloatVector m33 = FloatVector.fromArray(SPECIES, m, in + 15 * planeStep);
      FloatVector u03 = m03.add(m13).add(m23);
      FloatVector u13 = m13.sub(m23).sub(m33);
      int out = to + v;
      // The last pixel is written first. At the lower and right edge,
      // the upper left pixel has the same place and must be written last.
      FloatVector y11 = u11.sub(u12).sub(u13).add(shift);
      FloatVector y10 = u10.add(u11).add(u12).add(shift);
      FloatVector y01 = u01.sub(u02).sub(u03).add(shift);
      FloatVector y00 = u00.add(u01).add(u02).add(shift);
      y11.blend(least, y11.compare(VectorOperators.LT, least))
          .intoArray(y, out + rowStep + pixelStep);
      y10.blend(least, y10.compare(VectorOperators.LT, least)).intoArray(y, out + rowStep);
      y01.blend(least, y01.compare(VectorOperators.LT, least)).intoArray(y, out + pixelStep);
      y00.blend(least, y00.compare(VectorOperators.LT, least)).intoArray(y, out);
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
    WinogradTransforms.patch(x, from, steps, y, to, planeStep, scratch, scratchFrom);
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
    WinogradTransforms.tile(m, from, planeStep, y, to, steps, scratch, scratchFrom);
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
    int channels = steps.vectors() * LANES;
    FloatVector least = FloatVector.broadcast(SPECIES, epilogue.floor());
    for (int v = 0; v < channels; v += LANES) {
      FloatVector shift = FloatVector.fromArray(SPECIES, epilogue.constants(), epilogue.bias() + v);
      for (int row = 0; row < rows; row++) {
        int in = from + row * WinogradTransforms.TILE * channels + v;
        int out = to + row * steps.row() + v;
        for (int pixel = 0; pixel < pixels; pixel++) {
          FloatVector sum = FloatVector.fromArray(SPECIES, x, in + pixel * channels).add(shift);
          sum.blend(least, sum.compare(VectorOperators.LT, least))
              .intoArray(y, out + pixel * steps.pixel());
        }
      }
    }
  }

  @Override
  public void maximum(
      float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to) {
    for (int v = 0; v < steps.vectors() * LANES; v += LANES) {
      FloatVector largest = FloatVector.fromArray(SPECIES, x, from + v);
      for (int i = 0; i < height; i++) {
        int row = from + i * steps.row() + v;
        for (int j = 0; j < width; j++) {
          largest = largest.max(FloatVector.fromArray(SPECIES, x, row + j * steps.pixel()));
        }
      }
      largest.intoArray(y, to + v);
    }
  }

  @Override
  public void mean(
      float[] x, int from, int height, int width, PixelSteps steps, float[] y, int to) {
    float share = 1f / (height * width);
    for (int v = 0; v < steps.vectors() * LANES; v += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < height; i++) {
        int row = from + i * steps.row() + v;
        for (int j = 0; j < width; j++) {
          sum = sum.add(FloatVector.fromArray(SPECIES, x, row + j * steps.pixel()));
        }
      }
      sum.mul(share).intoArray(y, to + v);
    }
  }

  @Override
  public void combine(Combination p, int first, int end) {
    float[] constants = p.constants();
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    Rows to = p.output();
    for (int row = first; row < end; row++) {
      int out = to.start(row);
      for (int v = 0; v < p.vectors() * LANES; v += LANES) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (Rows input : p.inputs()) {
          int in = input.start(row);
          sum = sum.add(FloatVector.fromArray(SPECIES, input.values(), in + v));
        }
        FloatVector scale = FloatVector.fromArray(SPECIES, constants, p.scale() + v);
        FloatVector shift = FloatVector.fromArray(SPECIES, constants, p.shift() + v);
        atLeast(floor, sum.fma(scale, shift)).intoArray(to.values(), out + v);
      }
    }
  }

  @Override
  public void scaledSum(ScaledSum sum, int first, int end) {
    VectorFunctions.scaledSum(sum, first, end);
  }

  @Override
  public void apply(Nonlinearity function, float[] x, int from, float[] y, int to, int vectors) {
    VectorFunctions.apply(function, x, from, y, to, vectors * LANES);
  }

  @Override
  public void filter(float[] x, int from, Taps rows, Taps columns, int vectors, float[] y, int to) {
    VectorFunctions.filter(x, from, rows, columns, vectors, y, to);
  }

  /**
   * Computes the larger of x and a floor. NaN stays NaN. A floor of 0 gives ReLU; negative infinity
   * changes no value.
   */
  private static FloatVector atLeast(FloatVector floor, FloatVector x) {
    return x.blend(floor, x.compare(VectorOperators.LT, floor));
  }
}
