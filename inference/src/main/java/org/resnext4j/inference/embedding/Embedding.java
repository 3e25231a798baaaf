package org.resnext4j.inference.embedding;

/** The result for one picture. */
public sealed interface Embedding {

  /** The picture's name. */
  String source();

  /**
   * A picture's pooled features.
   *
   * @param source the picture's name
   * @param values one number for each channel of the network's last stage
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Vector(String source, float[] values) implements Embedding {}

  /**
   * A picture that could not be read.
   *
   * @param source the picture's name
   * @param reason the cause, without the picture's name
   */
  record Failed(String source, String reason) implements Embedding {}
}
