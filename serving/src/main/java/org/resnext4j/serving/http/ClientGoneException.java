package org.resnext4j.serving.http;

/** Thrown when nobody is left to answer. */
public final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** Says how it was noticed. */
  ClientGoneException(String message) {
    super(message);
  }

  /** Says what was noticed first. */
  public ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
