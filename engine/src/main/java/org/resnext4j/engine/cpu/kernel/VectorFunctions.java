package org.resnext4j.engine.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.resnext4j.engine.graph.Nonlinearity;

/**
 * The functions of channel attention and of fixed filters in the Vector API. Each function rounds
 * like its scalar form in {@link PixelFunctions}, so a value does not depend on whether it lies in
 * a whole vector or in the rest after the last vector.
 */
public final class VectorFunctions {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private VectorFunctions() {}

  /** Computes {@code y = f(x)}. x and y may be the same range. */
  public static void apply(Nonlinearity f, float[] x, int from, float[] y, int to, int count) {
    int whole = SPECIES.loopBound(count);
    switch (f) {
      case SIGMOID -> sigmoid(x, from, y, to, whole);
      case HARD_SIGMOID -> hardSigmoid(x, from, y, to, whole);
      case SILU -> silu(x, from, y, to, whole);
    }
    PixelFunctions.apply(f, x, from + whole, y, to + whole, count - whole);
  }

  // Each function has a method of its own: in one method, C2 does not inline the calls of functions
  // that a network seldom uses, and their vectors become objects.

  private static void sigmoid(float[] x, int from, float[] y, int to, int count) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
      one.div(exp(v.neg()).add(1f)).intoArray(y, to + i);
    }
  }

  private static void hardSigmoid(float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector line = FloatVector.fromArray(SPECIES, x, from + i).mul(1f / 6).add(0.5f);
      line.max(0f).min(1f).intoArray(y, to + i);
    }
  }

  private static void silu(float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, from + i);
      v.div(exp(v.neg()).add(1f)).intoArray(y, to + i);
    }
  }

  /** The vector form of {@link PixelFunctions#exp}. */
  private static FloatVector exp(FloatVector x) {
    FloatVector bounded = x.max(-87f).min(88f);
    // The last bits of the sum with 1.5 · 2²³ are n, because the sum has no fraction bits.
    FloatVector shifted = bounded.mul(1.442695f).add(12582912f);
    FloatVector n = shifted.sub(12582912f);
    FloatVector r = bounded.sub(n.mul(0.6933594f)).add(n.mul(2.1219444e-4f));
    FloatVector p = r.mul(1.9875691e-4f).add(1.3981999e-3f);
    p = p.mul(r).add(8.333452e-3f);
    p = p.mul(r).add(4.1665796e-2f);
    p = p.mul(r).add(1.6666666e-1f);
    p = p.mul(r).add(0.5f);
    IntVector exponent =
        shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
    return p.mul(r).mul(r).add(r).add(1f).mul(exponent.reinterpretAsFloats());
  }

  /** Computes some rows of {@code max(floor, Σ gates ∘ maps)}. */
  static void scaledSum(Kernels.ScaledSum p, int first, int end) {
    if (p.maps().length == 1) {
      scaled(p, first, end);
      return;
    }
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] a = p.maps()[0].values();
    float[] b = p.maps()[1].values();
    float[] gatesOfA = p.gates()[0].values();
    float[] gatesOfB = p.gates()[1].values();
    int channels = p.vectors() * LANES;
    for (int row = first; row < end; row++) {
      int aAt = p.maps()[0].start(row);
      int bAt = p.maps()[1].start(row);
      int aGate = p.gates()[0].start(row);
      int bGate = p.gates()[1].start(row);
      int to = p.output().start(row);
      for (int v = 0; v < channels; v += LANES) {
        FloatVector other =
            FloatVector.fromArray(SPECIES, b, bAt + v)
                .mul(FloatVector.fromArray(SPECIES, gatesOfB, bGate + v));
        FloatVector sum =
            FloatVector.fromArray(SPECIES, a, aAt + v)
                .fma(FloatVector.fromArray(SPECIES, gatesOfA, aGate + v), other);
        sum.blend(floor, sum.compare(VectorOperators.LT, floor))
            .intoArray(p.output().values(), to + v);
      }
    }
  }

  private static void scaled(Kernels.ScaledSum p, int first, int end) {
    FloatVector floor = FloatVector.broadcast(SPECIES, p.floor());
    float[] map = p.maps()[0].values();
    float[] gates = p.gates()[0].values();
    int channels = p.vectors() * LANES;
    for (int row = first; row < end; row++) {
      int from = p.maps()[0].start(row);
      int gate = p.gates()[0].start(row);
      int to = p.output().start(row);
      for (int v = 0; v < channels; v += LANES) {
        FloatVector product =
            FloatVector.fromArray(SPECIES, map, from + v)
                .mul(FloatVector.fromArray(SPECIES, gates, gate + v));
        product
            .blend(floor, product.compare(VectorOperators.LT, floor))
            .intoArray(p.output().values(), to + v);
      }
    }
  }

  /** Implements {@link Kernels#filter}. */
  static void filter(
      float[] x,
      int from,
      Kernels.Taps rows,
      Kernels.Taps columns,
      int vectors,
      float[] y,
      int to) {
    int[] rowAt = rows.offsets();
    int[] columnAt = columns.offsets();
    for (int v = 0; v < vectors * LANES; v += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < rowAt.length; i++) {
        int row = from + rowAt[i] + v;
        float rowWeight = rows.weights()[i];
        for (int j = 0; j < columnAt.length; j++) {
          float weight = rowWeight * columns.weights()[j];
          sum = FloatVector.fromArray(SPECIES, x, row + columnAt[j]).mul(weight).add(sum);
        }
      }
      sum.intoArray(y, to + v);
    }
  }
}
