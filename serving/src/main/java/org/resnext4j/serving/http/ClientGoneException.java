package org.resnext4j.serving.http;

/** Thrown when nobody is left to answer. */
public final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
