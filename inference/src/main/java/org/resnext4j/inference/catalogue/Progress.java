package org.resnext4j.inference.catalogue;

import java.util.OptionalLong;

/** Is told how far a download is. */
public interface Progress {

  /**
   * Called again and again while bytes arrive, from the network's thread.
   *
   * @param received bytes of the file that are here, those of earlier attempts included
   * @param total bytes of the whole file, where the server says so
   */
  void received(long received, OptionalLong total);

  /**
   * Called before another attempt.
   *
   * @param reason why the last one ended
   */
  void retrying(String reason);

  /** Tells nobody. */
  static Progress none() {
    return new Progress() {
      @Override
      public void received(long received, OptionalLong total) {}

      @Override
      public void retrying(String reason) {}
    };
  }
}
