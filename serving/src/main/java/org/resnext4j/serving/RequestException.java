package org.resnext4j.serving;

/** A request that cannot be served, with the HTTP status that says whose fault it is. */
final class RequestException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;

  RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  RequestException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
