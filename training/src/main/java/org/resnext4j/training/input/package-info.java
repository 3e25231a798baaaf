/**
 * Batches of pictures ahead of the network: the order of an epoch, augmentation, mixing, and random
 * numbers from one seed.
 *
 * {@snippet :
 * Preprocessing cifar = Preprocessing.cifar();
 * List<AugmentationStep> steps =
 *     List.of(new AugmentationStep.PadAndCrop(4), new AugmentationStep.Flip(0.5));
 * InputPipeline.Options batches = new InputPipeline.Options(128, cifar, 1, 2, false);
 * try (InputPipeline pipeline = new InputPipeline(dataset, batches, steps, new Mixing(0.2, 0))) {
 *   pipeline.start(0, EpochOrder.of(dataset.size(), 1, 0), 0);
 *   for (int i = 0; i < pipeline.batches(); i++) {
 *     Batch batch = pipeline.take();
 *     // … train …
 *     pipeline.recycle(batch);
 *   }
 * }
 * }
 */
package org.resnext4j.training.input;
