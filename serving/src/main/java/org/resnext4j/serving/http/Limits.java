package org.resnext4j.serving.http;

import java.time.Duration;

/**
 * Bounds on the requests of clients.
 *
 * @param bodyBytes largest body of a request, in bytes
 * @param headerBytes largest headers of a request, in bytes
 * @param connections most open connections; further ones are answered with 503
 * @param memoryBytes most memory for the request bodies of all clients together, in bytes
 * @param deadline longest time from the arrival of a request to its answer; clients may ask for
 *     less
 * @param receive longest time for receiving a request, and for sending a response
 * @param idle longest silence of a connection between requests
 * @param drain longest time that running requests have after a shutdown has begun
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
   * The default limits: 32 MB for a body, 16 kB for headers, 512 connections and 30 s for each
   * time. All bodies together may take a quarter of the heap, and one body may take half of that.
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

  /** These limits with other times. */
  public Limits withTimes(Duration newDeadline, Duration newReceive, Duration newIdle) {
    return new Limits(
        bodyBytes, headerBytes, connections, memoryBytes, newDeadline, newReceive, newIdle, drain);
  }

  /** These limits with another size of body. */
  public Limits withBodyBytes(long bytes) {
    return new Limits(bytes, headerBytes, connections, memoryBytes, deadline, receive, idle, drain);
  }

  /** These limits with another number of connections. */
  public Limits withConnections(int newConnections) {
    return new Limits(
        bodyBytes, headerBytes, newConnections, memoryBytes, deadline, receive, idle, drain);
  }
}
