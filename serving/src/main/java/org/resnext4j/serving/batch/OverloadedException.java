package org.resnext4j.serving.batch;

import java.time.Duration;

/** Thrown instead of queueing when a queue is full: nothing of the request was run. */
public final class OverloadedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  public OverloadedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** Time after which another attempt is likely to be accepted. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
