package org.resnext4j.training.run;

import java.io.IOException;

/**
 * Says in one sentence why a training cannot continue and which files are intact. It is an {@link
 * IOException}, because nearly all of its causes are failures to read pictures or to write
 * checkpoints.
 */
public final class TrainingException extends IOException {

  private static final long serialVersionUID = 1L;

  /** An exception with a message of one sentence. */
  public TrainingException(String message) {
    super(message);
  }

  /** An exception with a message of one sentence and a cause. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
