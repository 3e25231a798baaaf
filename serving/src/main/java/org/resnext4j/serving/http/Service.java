package org.resnext4j.serving.http;

/** Answers the requests of an {@link HttpServer}. The threads of many clients call it. */
public interface Service {

  /**
   * Answers a request. The service need not read the whole body.
   *
   * @throws ClientGoneException if the client has disconnected
   */
  Reply answer(Exchange exchange);

  /**
   * Receives a notice of every completed request.
   *
   * @param status the status that was sent; 499 if the client disconnected before
   */
  void over(Exchange exchange, int status);
}
