package org.resnext4j.inference.catalogue;

import java.io.IOException;

/** Says that a download failed finally; the message names address, expectation and finding. */
public final class DownloadException extends IOException {

  private static final long serialVersionUID = 1L;

  /** An exception with a message of one sentence. */
  public DownloadException(String message) {
    super(message);
  }

  /** An exception with a message of one sentence and a cause. */
  public DownloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
