package org.resnext4j.serving.http;

/** Thrown when the client has disconnected. */
public final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Creates an exception. The message says how the disconnect was noticed. */
  ClientGoneException(String message) {
    super(message);
  }

  /** Creates an exception with its cause. */
  public ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
