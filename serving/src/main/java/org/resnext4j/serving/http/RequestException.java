package org.resnext4j.serving.http;

/**
 * Thrown if a request cannot be served. The HTTP status tells whether client or server is at fault.
 */
public final class RequestException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;

  public RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  public RequestException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
