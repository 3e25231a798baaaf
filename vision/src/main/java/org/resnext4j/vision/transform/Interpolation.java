package org.resnext4j.vision.transform;

/**
 * The filter of a resize, as Pillow defines it. The filter antialiases if the resize reduces the
 * picture.
 */
public enum Interpolation {
  /** The triangle filter, two pixels wide. */
  BILINEAR(1.0) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      return x < 1.0 ? 1.0 - x : 0.0;
    }
  },
  /** Keys' cubic convolution with a = -0.5, four pixels wide. */
  BICUBIC(2.0) {
    @Override
    double weight(double distance) {
      double a = -0.5;
      double x = Math.abs(distance);
      if (x < 1.0) {
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
      }
      return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }
  };

  /** Half the filter's width, in pixels of the finer of the two grids. */
  final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** Returns the filter's value at a distance from its centre. */
  abstract double weight(double distance);
}
