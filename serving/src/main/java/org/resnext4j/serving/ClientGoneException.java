package org.resnext4j.serving;

/** Thrown when nobody is left to answer. */
final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ClientGoneException(Throwable cause) {
    super("the client went away", cause);
  }
}
