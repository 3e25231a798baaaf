package org.resnext4j.engine.graph;

/** Says that an operation cannot take what it was given: which, what it expected, what it found. */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** An exception with one clear sentence. */
  public ShapeException(String message) {
    super(message);
  }
}
