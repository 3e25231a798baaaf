package org.resnext4j.engine.graph;

/**
 * Thrown if an operation cannot take its inputs. The message names the operation, the expected
 * shape and the found shape.
 */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** An exception with a message of one sentence. */
  public ShapeException(String message) {
    super(message);
  }
}
