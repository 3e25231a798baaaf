/**
 * Runs requests that wait at the same time as one batch.
 *
 * <p>A {@link org.resnext4j.serving.batch.Batcher} has a lane for each {@link
 * org.resnext4j.serving.batch.Network}: a bounded queue of requests, which have deadlines and may
 * be cancelled.
 *
 * {@snippet :
 * try (Batcher.Lane lane = batcher.open("mine", network);
 *     Batcher.Visit visit = lane.enter()) {
 *   Batcher.Answer answer = visit.submit(images, count, false, Duration.ofSeconds(1)).get();
 * }
 * }
 */
package org.resnext4j.serving.batch;
