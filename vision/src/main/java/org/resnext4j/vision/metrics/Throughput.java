package org.resnext4j.vision.metrics;

/**
 * The speed of a run over pictures.
 *
 * @param pictures number of pictures
 * @param seconds wall-clock time of the run
 * @param waitingSeconds time that the network waited for pictures to be read and decoded
 */
public record Throughput(long pictures, double seconds, double waitingSeconds) {

  /** Returns the number of pictures per second; 0 if no time passed. */
  public double picturesPerSecond() {
    return seconds > 0 ? pictures / seconds : 0;
  }

  /** Returns the share of the time, from 0 to 1, that the network waited. */
  public double waiting() {
    return seconds > 0 ? waitingSeconds / seconds : 0;
  }
}
