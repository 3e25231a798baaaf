/**
 * Runs requests that wait at the same time as one batch.
 *
 * <p>A {@link org.resnext4j.serving.batch.Batcher} has a lane for each {@link
 * org.resnext4j.serving.batch.Network}. A lane is a bounded queue of requests. Requests have
 * deadlines, and clients may cancel them.
 *
 * {@snippet :
 * try (Batcher.Lane lane = batcher.open("mine", network);
 *     Batcher.Visit visit = lane.enter()) {
 *   Batcher.Answer answer = visit.submit(images, count, false, Duration.ofSeconds(1)).get();
 * }
 * }
 */
package org.resnext4j.serving.batch;
