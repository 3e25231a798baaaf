package org.resnext4j.vision;

import java.io.IOException;

/**
 * Reports a file that no decoder can read as a picture, or that exceeds a limit of size. The
 * message is one sentence that names the file, the expected content and the content found.
 */
public final class ImageException extends IOException {

  private static final long serialVersionUID = 1;

  /** Creates an error without a cause. */
  public ImageException(String message) {
    super(message);
  }

  /** Creates an error with the exception of a decoder as its cause. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
