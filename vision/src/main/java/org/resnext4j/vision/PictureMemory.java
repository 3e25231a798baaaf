package org.resnext4j.vision;

import java.util.concurrent.Semaphore;

/**
 * The memory in which pictures are decoded, shared by all threads: half of the heap. Whoever asks
 * for more than is left waits, in turn; one picture larger than all of it is decoded alone.
 */
final class PictureMemory {

  private static final int UNIT = 1 << 20;

  /** One for the virtual machine, as its heap is. */
  static final PictureMemory OF_HEAP = new PictureMemory(Runtime.getRuntime().maxMemory() / 2);

  private final int units;
  private final Semaphore free;

  PictureMemory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    free = new Semaphore(units, true);
  }

  /** A share of the memory, to be given back. */
  final class Share implements AutoCloseable {

    private final int taken;

    private Share(int taken) {
      this.taken = taken;
    }

    @Override
    public void close() {
      free.release(taken);
    }
  }

  /** Takes a share; waits for it as long as others decode, whose work is bounded. */
  Share take(long bytes) {
    int wanted = (int) Math.max(1, Math.min(units, (bytes + UNIT - 1) / UNIT));
    free.acquireUninterruptibly(wanted);
    return new Share(wanted);
  }
}
