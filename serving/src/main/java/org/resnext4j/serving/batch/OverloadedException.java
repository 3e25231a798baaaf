package org.resnext4j.serving.batch;

import java.time.Duration;

/** Thrown if a queue is full. No part of the request was queued or run. */
public final class OverloadedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  public OverloadedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** Time after which a new attempt will probably be accepted. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
