package org.resnext4j.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.resnext4j.engine.graph.Shape;

/**
 * Sessions of a network, lent to one user at a time and kept for the next.
 *
 * <p>At most {@code atOnce} are lent, so that a thousand virtual threads do not take the memory of
 * a thousand networks; the others wait their turn. As many idle ones are kept, the least recently
 * used of them goes first, so odd batch sizes do not pile up.
 */
final class Sessions implements AutoCloseable {

  private final Network network;
  private final int atOnce;
  private final Semaphore turns;
  private final Deque<Buffers> idle = new ArrayDeque<>();
  private volatile boolean closed;

  /**
   * What a user works with.
   *
   * @param shape of the pictures
   * @param images filled by the user
   * @param logits filled by the session
   */
  @SuppressWarnings("ArrayRecordComponent") // Buffers, never compared.
  record Buffers(Shape shape, Network.Session session, float[] images, float[] logits) {}

  Sessions(Network network, int atOnce) {
    this.network = network;
    this.atOnce = atOnce;
    this.turns = new Semaphore(atOnce, true);
  }

  /**
   * Lends buffers for a shape and takes them back.
   *
   * @param classes numbers a picture that come out
   * @throws IllegalStateException if closed
   */
  <R> R use(Shape shape, int classes, Function<Buffers, R> user) {
    turns.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the classifier is closed");
      }
      Buffers buffers = take(shape, classes);
      R result = user.apply(buffers);
      giveBack(buffers);
      return result;
    } finally {
      turns.release();
    }
  }

  private Buffers take(Shape shape, int classes) {
    synchronized (idle) {
      for (Iterator<Buffers> each = idle.iterator(); each.hasNext(); ) {
        Buffers buffers = each.next();
        if (buffers.shape().equals(shape)) {
          each.remove();
          return buffers;
        }
      }
    }
    return new Buffers(
        shape,
        network.open(shape),
        new float[Math.toIntExact(shape.elements())],
        new float[Math.multiplyExact(shape.batch(), classes)]);
  }

  private void giveBack(Buffers buffers) {
    synchronized (idle) {
      idle.addFirst(buffers);
      while (idle.size() > atOnce) {
        idle.removeLast();
      }
    }
  }

  /** Waits until nobody computes, then closes the network; does nothing the second time. */
  @Override
  public void close() {
    turns.acquireUninterruptibly(atOnce);
    try {
      if (!closed) {
        closed = true;
        idle.clear();
        network.close();
      }
    } finally {
      turns.release(atOnce);
    }
  }
}
