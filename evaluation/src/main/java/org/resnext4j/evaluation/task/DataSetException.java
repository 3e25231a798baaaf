package org.resnext4j.evaluation.task;

import java.io.IOException;

/**
 * A data set is not as it was published, or only a part of it is there: the message says which
 * files are missing, how many, and where they come from.
 */
public final class DataSetException extends IOException {

  private static final long serialVersionUID = 1;

  /** A problem said in one sentence. */
  public DataSetException(String message) {
    super(message);
  }

  /** A problem with a deeper cause. */
  public DataSetException(String message, Throwable cause) {
    super(message, cause);
  }
}
