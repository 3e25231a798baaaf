package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.parallel.WorkerPool;

/** A layer for one input shape: work in chunks that may run on any thread and in any order. */
public interface Step extends WorkerPool.Task {

  /** The number of chunks. */
  int chunks();
}
