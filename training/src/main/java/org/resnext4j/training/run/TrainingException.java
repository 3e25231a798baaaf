package org.resnext4j.training.run;

import java.io.IOException;

/**
 * Says in one sentence why a training cannot go on, and what is still intact. An {@link
 * IOException}, since nearly all of its causes are: pictures that cannot be read, checkpoints that
 * cannot be written.
 */
public final class TrainingException extends IOException {

  private static final long serialVersionUID = 1L;

  /** An exception with one clear sentence. */
  public TrainingException(String message) {
    super(message);
  }

  /** An exception with one clear sentence and what led to it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
