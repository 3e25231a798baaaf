package org.resnext4j.serving.http;

import java.time.Duration;

/**
 * Bounds on the requests of clients.
 *
 * @param bodyBytes of one request
 * @param headerBytes of one request
 * @param connections open at once; further ones are answered with 503
 * @param memoryBytes of request bodies held at once, all clients together
 * @param deadline longest time from the arrival of a request to its answer; clients may ask for
 *     less
 * @param receive longest time of receiving a request, and of sending a response
 * @param idle longest silence of a connection between requests
 * @param drain longest time of running requests after a shutdown has begun
 */
public record Limits(
    long bodyBytes,
    int headerBytes,
    int connections,
    long memoryBytes,
    Duration deadline,
    Duration receive,
    Duration idle,
    Duration drain) {

  /**
   * 32 MB a body, 16 kB of headers, 512 connections, 30 s for everything; all bodies together a
   * quarter of the heap, and one no more than half of that.
   */
  public static Limits defaults() {
    Duration half = Duration.ofSeconds(30);
    // Decoded pictures, tensors and networks need the rest of the heap.
    long memory = Runtime.getRuntime().maxMemory() / 4;
    long body = Math.min(32L << 20, memory / 2);
    return new Limits(body, 16 << 10, 512, memory, half, half, half, half);
  }

  /** The error of a request whose body is larger than these limits allow. */
  RequestException tooLarge() {
    return new RequestException(
        413, "the request is too large: it may have at most %d bytes".formatted(bodyBytes));
  }

  /** The same with other times. */
  public Limits withTimes(Duration newDeadline, Duration newReceive, Duration newIdle) {
    return new Limits(
        bodyBytes, headerBytes, connections, memoryBytes, newDeadline, newReceive, newIdle, drain);
  }

  /** The same with another size of body. */
  public Limits withBodyBytes(long bytes) {
    return new Limits(bytes, headerBytes, connections, memoryBytes, deadline, receive, idle, drain);
  }

  /** The same with another number of connections. */
  public Limits withConnections(int newConnections) {
    return new Limits(
        bodyBytes, headerBytes, newConnections, memoryBytes, deadline, receive, idle, drain);
  }
}
