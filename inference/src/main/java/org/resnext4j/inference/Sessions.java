package org.resnext4j.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Shape;

/**
 * A compiled network with its workers, and plans of it, each lent to one user at a time and kept
 * for the next.
 *
 * <p>At most {@code atOnce} are lent, so that a thousand virtual threads do not take the memory of
 * a thousand networks; the others wait their turn. Of idle ones {@value #IDLE} are kept, the least
 * recently used goes first: a service's batches come in many sizes, and a plan costs milliseconds.
 */
final class Sessions implements AutoCloseable {

  private static final int IDLE = 8;

  private final InferenceModel network;
  private final String output;
  private final Backend backend;
  private final int atOnce;
  private final Semaphore turns;
  private final Deque<Buffers> idle = new ArrayDeque<>();
  private volatile boolean closed;

  /**
   * What a user works with.
   *
   * @param shape of the pictures
   * @param images filled by the user
   * @param logits filled by running the plan
   */
  @SuppressWarnings("ArrayRecordComponent") // Buffers, never compared.
  record Buffers(Shape shape, InferencePlan plan, String output, float[] images, float[] logits) {

    private static Buffers of(InferencePlan plan, String output) {
      return new Buffers(
          plan.inputShape(),
          plan,
          output,
          new float[Math.toIntExact(plan.inputShape().elements())],
          new float[Math.toIntExact(plan.outputShape(output).elements())]);
    }

    /** Computes the logits of the images. */
    void run() {
      plan.run(images);
      plan.read(output, logits);
    }
  }

  /**
   * Sessions of a network.
   *
   * @param backend closed with this
   * @param atOnce how many users compute at once at most
   */
  Sessions(InferenceModel network, Backend backend, int atOnce) {
    this.network = network;
    this.output = network.graph().output().name();
    this.backend = backend;
    this.atOnce = atOnce;
    this.turns = new Semaphore(atOnce, true);
  }

  /**
   * Lends buffers for a shape and takes them back.
   *
   * @throws IllegalStateException if closed
   */
  <R> R use(Shape shape, Function<Buffers, R> user) {
    turns.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the classifier is closed");
      }
      Buffers buffers = take(shape);
      R result = user.apply(buffers);
      giveBack(buffers);
      return result;
    } finally {
      turns.release();
    }
  }

  private Buffers take(Shape shape) {
    synchronized (idle) {
      for (Iterator<Buffers> each = idle.iterator(); each.hasNext(); ) {
        Buffers buffers = each.next();
        if (buffers.shape().equals(shape)) {
          each.remove();
          return buffers;
        }
      }
    }
    return Buffers.of(network.plan(shape), output);
  }

  private void giveBack(Buffers buffers) {
    synchronized (idle) {
      idle.addFirst(buffers);
      while (idle.size() > IDLE) {
        idle.removeLast();
      }
    }
  }

  /** Waits until nobody computes, then ends the workers; does nothing the second time. */
  @Override
  public void close() {
    turns.acquireUninterruptibly(atOnce);
    try {
      if (!closed) {
        closed = true;
        idle.clear();
        network.close();
        backend.close();
      }
    } finally {
      turns.release(atOnce);
    }
  }
}
