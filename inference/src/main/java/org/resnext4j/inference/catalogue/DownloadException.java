package org.resnext4j.inference.catalogue;

import java.io.IOException;

/** A download that failed for good; the message says where from, what was expected, what found. */
public final class DownloadException extends IOException {

  private static final long serialVersionUID = 1L;

  /** A failure in one clear sentence. */
  public DownloadException(String message) {
    super(message);
  }

  /** A failure in one clear sentence, and what caused it. */
  public DownloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
