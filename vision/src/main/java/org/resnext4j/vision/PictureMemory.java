package org.resnext4j.vision;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/**
 * Limits the memory of decoded pictures to half of the heap. The virtual machine has one such
 * budget.
 *
 * <p>{@link ImageReader} reserves the memory of a picture before it decodes the picture. A thread
 * that requests more than the free memory waits; waiting threads proceed in the order of their
 * requests. A picture that needs more than the whole budget reserves all of it, and no other
 * picture is decoded meanwhile.
 *
 * <p>By default a reservation ends when the picture is decoded. A caller that decodes a picture,
 * derives a result from it and drops it, such as a resize, runs this work in {@link #during}. The
 * reservation then ends with the work:
 *
 * {@snippet :
 * float[] input =
 *     PictureMemory.during(
 *         () -> {
 *           Image picture = ImageReader.defaults().read(file);
 *           Preprocessing preprocessing = Preprocessing.imagenet();
 *           float[] values = new float[preprocessing.elements()];
 *           preprocessing.apply(picture, values, 0);
 *           return values; // The picture itself is no longer needed.
 *         });
 * }
 */
public final class PictureMemory {

  private static final int UNIT = 1 << 20;

  /** The budget of this virtual machine. */
  static final PictureMemory OF_HEAP = new PictureMemory(Runtime.getRuntime().maxMemory() / 2);

  private static final ScopedValue<Work> WORK = ScopedValue.newInstance();

  private final int units;
  private final Semaphore free;

  PictureMemory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    free = new Semaphore(units, true);
  }

  /**
   * Runs work on this thread. The work reads a picture, uses it and drops it. The picture's memory
   * stays reserved until the work ends or reads its next picture.
   *
   * @return what the work returns
   * @throws X what the work throws
   */
  public static <T, X extends Throwable> T during(ScopedValue.CallableOp<T, X> work) throws X {
    if (WORK.isBound()) {
      return work.call(); // The outer work keeps the reservation.
    }
    Work running = new Work();
    try {
      return ScopedValue.where(WORK, running).call(work);
    } finally {
      running.release();
    }
  }

  /** Work in {@link #during}, and the bytes reserved for the picture that it read last. */
  private static final class Work {

    private Optional<Share> held = Optional.empty();

    void release() {
      held.ifPresent(Share::giveBack);
      held = Optional.empty();
    }
  }

  /** A reservation. {@link #close} ends it unless {@link #keep} passed it to the running work. */
  final class Share implements AutoCloseable {

    private int taken;
    private boolean kept;

    private Share(int taken) {
      this.taken = taken;
    }

    /**
     * Keeps the reservation until the work of {@link #during} on this thread ends. Without such
     * work this method does nothing.
     */
    void keep() {
      if (WORK.isBound()) {
        WORK.get().held = Optional.of(this);
        kept = true;
      }
    }

    private void giveBack() {
      free.release(taken);
      taken = 0;
    }

    @Override
    public void close() {
      if (!kept) {
        giveBack();
      }
    }
  }

  /**
   * Reserves memory, and waits until enough is free. The reservation that the work on this thread
   * holds ends first. A waiting thread therefore holds no memory, and no deadlock can occur.
   *
   * @throws CancellationException if the thread is interrupted; the thread stays interrupted
   */
  Share take(long bytes) {
    if (WORK.isBound()) {
      WORK.get().release();
    }
    int wanted = (int) Math.max(1, Math.min(units, (bytes + UNIT - 1) / UNIT));
    try {
      free.acquire(wanted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("interrupted while waiting for memory to decode a picture");
      cancelled.initCause(e);
      throw cancelled;
    }
    return new Share(wanted);
  }

  /** Reserves the whole budget. */
  Share takeAll() {
    return take((long) units * UNIT);
  }

  /** Returns the number of bytes that are not reserved. */
  long free() {
    return (long) free.availablePermits() * UNIT;
  }
}
