package org.resnext4j.detection.annotation;

import java.io.IOException;

/** Thrown if a detector's data set has an unexpected layout or does not fit the detector. */
public final class DetectionSetException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception with a sentence for the user. */
  public DetectionSetException(String message) {
    super(message);
  }
}
