package org.resnext4j.serving.http;

/** What answers the requests of an {@link HttpServer}; called by the threads of many clients. */
public interface Service {

  /**
   * Answers a request. Part of its body, or all of it, may be left unread.
   *
   * @throws ClientGoneException if nobody is left to answer
   */
  Reply answer(Exchange exchange);

  /**
   * Hears of every request when it is over.
   *
   * @param status what was sent; 499 if the client went away before
   */
  void over(Exchange exchange, int status);
}
