package org.resnext4j.engine.graph;

/** An operation cannot take its inputs. The message names it, what it expects and what it found. */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** An exception with one clear sentence. */
  public ShapeException(String message) {
    super(message);
  }
}
