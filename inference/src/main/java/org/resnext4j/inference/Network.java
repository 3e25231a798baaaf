package org.resnext4j.inference;

import org.resnext4j.engine.graph.Shape;

/** What computes: weights made ready once, for any number of sessions. */
interface Network extends AutoCloseable {

  /** Buffers for batches of one shape; cheap, and for one user at a time. */
  Session open(Shape input);

  @Override
  void close();

  /** One user's buffers. */
  interface Session {

    /**
     * Computes.
     *
     * @param images {@code [batch, height, width, 3]}
     * @param logits {@code [batch, classes]}
     */
    void run(float[] images, float[] logits);

    /**
     * The last stage's output for the pictures just computed, {@code [batch, rows, columns,
     * channels]}.
     */
    void readFeatures(float[] features);
  }
}
