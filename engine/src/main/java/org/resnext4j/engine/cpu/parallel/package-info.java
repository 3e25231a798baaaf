/**
 * Threads of the processor and the division of work among them.
 *
 * <p>{@link org.resnext4j.engine.cpu.parallel.WorkerPool#run WorkerPool.run(chunks, task)} spreads
 * work. The number of chunks must not depend on the number of threads, and one chunk alone must
 * write each value. Then results have the same bits for any number of threads.
 */
package org.resnext4j.engine.cpu.parallel;
