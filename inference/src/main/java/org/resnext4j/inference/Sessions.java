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
 * A compiled network with a pool of plans. One user at a time has a plan.
 *
 * <p>At most {@code atOnce} users compute at the same time, so a thousand virtual threads do not
 * need the memory of a thousand plans; the others wait. The pool keeps {@value #IDLE} idle plans
 * and drops the least recently used one: a service has batches of many sizes, and a new plan costs
 * milliseconds.
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
   * A plan with its buffers.
   *
   * @param shape shape of the input
   * @param plan the plan
   * @param output name of the logits' output
   * @param images the input, which the user fills
   * @param logits the logits, which {@link #run} fills
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these buffers.
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
   * The sessions of a network.
   *
   * @param network the network, which {@link #close} closes
   * @param backend its backend, which {@link #close} closes
   * @param atOnce largest number of users that compute at the same time
   */
  Sessions(InferenceModel network, Backend backend, int atOnce) {
    this.network = network;
    this.output = network.graph().output().name();
    this.backend = backend;
    this.atOnce = atOnce;
    this.turns = new Semaphore(atOnce, true);
  }

  /**
   * Runs a function with the buffers of a shape.
   *
   * @throws IllegalStateException if the sessions are closed
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

  /** Waits for running computations and ends the workers; a second call does nothing. */
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
