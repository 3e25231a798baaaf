/**
 * Threads of the processor, and the division of work among them.
 *
 * <p>{@link org.resnext4j.engine.cpu.parallel.WorkerPool#run WorkerPool.run(chunks, task)}
 * distributes chunks of work. The number of chunks must not depend on the number of threads, and
 * exactly one chunk must write each value. Results then have the same bits for any number of
 * threads.
 *
 * {@snippet :
 * Partition partition = Partition.of(pixels.length, 1024, 48);
 * double[] sums = new double[partition.tasks()];
 * try (WorkerPool pool = WorkerPool.create(2)) {
 *   pool.run(partition.tasks(), (task, worker) -> {
 *     for (int i = partition.start(task); i < partition.start(task + 1); i++) {
 *       sums[task] += pixels[i];
 *     }
 *   });
 * }
 * double total = Arrays.stream(sums).sum();
 * }
 */
package org.resnext4j.engine.cpu.parallel;
