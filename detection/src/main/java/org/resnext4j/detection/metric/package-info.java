/**
 * Metrics of a detector: COCO's average precision with its twelve numbers, and the kinds of its
 * errors.
 *
 * {@snippet :
 * Annotations truth = CocoJson.read(Path.of("instances_val2017.json"));
 * List<Detections.Detection> found = Detections.read(Path.of("results.json"));
 * double averagePrecision = CocoEvaluation.evaluate(truth, found).averagePrecision();
 * }
 */
package org.resnext4j.detection.metric;
