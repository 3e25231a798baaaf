package org.resnext4j.detection.annotation;

import java.io.IOException;

/** A data set for detectors is not laid out as expected, or does not fit the detector. */
public final class DetectionSetException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With a sentence for the user. */
  public DetectionSetException(String message) {
    super(message);
  }
}
