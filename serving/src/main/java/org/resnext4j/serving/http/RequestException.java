package org.resnext4j.serving.http;

/** A request that cannot be served, with the HTTP status that says whose fault it is. */
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
