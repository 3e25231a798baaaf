package org.resnext4j.vision;

import java.io.IOException;

/**
 * A file is not a picture that can be read, or is larger than allowed. The message is one sentence
 * that names the file, what was expected and what was found.
 */
public final class ImageException extends IOException {

  private static final long serialVersionUID = 1;

  /** An error that has no deeper cause. */
  public ImageException(String message) {
    super(message);
  }

  /** An error met by a decoder. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
