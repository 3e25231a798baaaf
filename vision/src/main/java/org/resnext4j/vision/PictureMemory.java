package org.resnext4j.vision;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/**
 * The memory for decoded pictures, one account for the virtual machine: half of its heap.
 *
 * <p>{@link ImageReader} reserves what a picture takes before it decodes the picture. A thread that
 * asks for more than is left waits, in the order of asking. A picture that takes more than the
 * whole account is decoded while no other picture is.
 *
 * <p>Without more, a reservation ends when the picture is decoded. Work that reads a picture and
 * uses it up, as a resize does, runs in {@link #during}, and the reservation ends with the work:
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

  /** One for the virtual machine, as its heap is. */
  static final PictureMemory OF_HEAP = new PictureMemory(Runtime.getRuntime().maxMemory() / 2);

  private static final ScopedValue<Work> WORK = ScopedValue.newInstance();

  private final int units;
  private final Semaphore free;

  PictureMemory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    free = new Semaphore(units, true);
  }

  /**
   * Runs work that reads a picture and uses it up on this thread. The picture's memory stays
   * reserved until the work ends or reads its next picture.
   *
   * @return what the work returns
   * @throws X what the work throws
   */
  public static <T, X extends Throwable> T during(ScopedValue.CallableOp<T, X> work) throws X {
    if (WORK.isBound()) {
      return work.call(); // The work around this one keeps the reservation.
    }
    Work running = new Work();
    try {
      return ScopedValue.where(WORK, running).call(work);
    } finally {
      running.release();
    }
  }

  /** Work that uses pictures up, and what is reserved for the picture that it read last. */
  private static final class Work {

    private Optional<Share> held = Optional.empty();

    void release() {
      held.ifPresent(Share::giveBack);
      held = Optional.empty();
    }
  }

  /** A reservation. Closing it ends it, unless it is kept for the work that runs. */
  final class Share implements AutoCloseable {

    private int taken;
    private boolean kept;

    private Share(int taken) {
      this.taken = taken;
    }

    /** Keeps the reservation until the work that runs on this thread ends, if any does. */
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
   * Reserves memory and waits for it while others hold theirs. The reservation of the work that
   * runs on this thread ends before: whoever waits holds nothing, so no two wait for each other.
   *
   * @throws CancellationException if the thread is interrupted; it stays so
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

  /** Reserves all of it. */
  Share takeAll() {
    return take((long) units * UNIT);
  }

  /** What is not reserved. */
  long free() {
    return (long) free.availablePermits() * UNIT;
  }
}
