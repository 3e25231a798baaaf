package org.resnext4j.engine.cpu.inference;

import org.resnext4j.engine.cpu.parallel.WorkerPool;

/** A layer prepared for one shape: work in chunks that may run on any thread in any order. */
public interface Step extends WorkerPool.Task {

  /** Number of chunks. */
  int chunks();
}
