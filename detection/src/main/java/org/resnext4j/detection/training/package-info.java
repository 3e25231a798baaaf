/**
 * Training of detectors: the objective of Faster R-CNN for the trainer that classification also
 * uses, recipes as data, and examples whose boxes follow the augmentation of their pictures.
 *
 * {@snippet :
 * DetectionRequest request =
 *     new DetectionRequest(
 *         Path.of("bccd"),
 *         Optional.of("resnext50_32x4d"),
 *         FasterRcnn.Form.V1,
 *         "fine-tune-detection",
 *         Map.of("loop.epochs", "12"),
 *         Optional.of(Path.of("resnext50_32x4d.pth")),
 *         1,
 *         1);
 * DetectionRequest.Prepared prepared = request.prepare();
 * new Trainer(prepared.objective(), folder, options, TrainingListener.SILENT)
 *     .run(prepared.weights());
 * }
 */
package org.resnext4j.detection.training;
