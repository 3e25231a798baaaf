package org.resnext4j.evaluation.task;

import java.io.IOException;

/**
 * Says that a data set differs from the published one. The message names missing files, their
 * number and their origin.
 */
public final class DataSetException extends IOException {

  private static final long serialVersionUID = 1;

  /** An exception with a message of one sentence. */
  public DataSetException(String message) {
    super(message);
  }

  /** An exception with a message of one sentence and a cause. */
  public DataSetException(String message, Throwable cause) {
    super(message, cause);
  }
}
