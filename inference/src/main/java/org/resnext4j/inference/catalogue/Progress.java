package org.resnext4j.inference.catalogue;

import java.util.OptionalLong;

/** Receives the progress of a download. */
public interface Progress {

  /**
   * Called repeatedly while bytes arrive, on a thread of the network.
   *
   * @param received number of received bytes, including earlier attempts
   * @param total size of the file in bytes, if the server announced it
   */
  void received(long received, OptionalLong total);

  /**
   * Called before another attempt.
   *
   * @param reason reason of the last failure
   */
  void retrying(String reason);

  /** A listener that does nothing. */
  static Progress none() {
    return new Progress() {
      @Override
      public void received(long received, OptionalLong total) {}

      @Override
      public void retrying(String reason) {}
    };
  }
}
