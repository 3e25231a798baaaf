package org.resnext4j.vision.metrics;

/**
 * How fast pictures went through.
 *
 * @param pictures how many
 * @param seconds how long it took, by the clock on the wall
 * @param waitingSeconds how much of it the network waited for pictures to be read and decoded
 */
public record Throughput(long pictures, double seconds, double waitingSeconds) {

  /** Pictures a second; 0 if no time passed. */
  public double picturesPerSecond() {
    return seconds > 0 ? pictures / seconds : 0;
  }

  /** Share of the time, from 0 to 1, that the network waited. */
  public double waiting() {
    return seconds > 0 ? waitingSeconds / seconds : 0;
  }
}
