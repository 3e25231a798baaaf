package org.resnext4j.engine.cpu;

/** A layer prepared for one shape: work in chunks that may run on any thread in any order. */
interface Step extends WorkerPool.Task {

  /** Number of chunks. */
  int chunks();
}
