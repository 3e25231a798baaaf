package org.resnext4j.engine.graph;

/** Functions that a network applies to each value of a map. */
public enum Nonlinearity {
  /** The logistic function, {@code 1 / (1 + e⁻ˣ)}. */
  SIGMOID {
    @Override
    public double of(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    @Override
    public double derivative(double x) {
      return of(x) * (1 - of(x));
    }
  },
  /** {@code min(1, max(0, x / 6 + 1/2))}, as PyTorch's {@code hardsigmoid}. */
  HARD_SIGMOID {
    @Override
    public double of(double x) {
      return Math.min(1, Math.max(0, x / 6 + 0.5));
    }

    @Override
    public double derivative(double x) {
      return x > -3 && x < 3 ? 1.0 / 6 : 0;
    }
  },
  /** {@code x · sigmoid(x)}: SiLU, also called Swish. */
  SILU {
    @Override
    public double of(double x) {
      return x / (1 + Math.exp(-x));
    }

    @Override
    public double derivative(double x) {
      double gate = SIGMOID.of(x);
      return gate * (1 + x * (1 - gate));
    }
  };

  /** The function's value at a point. */
  public abstract double of(double x);

  /** The function's derivative at a point. */
  public abstract double derivative(double x);
}
