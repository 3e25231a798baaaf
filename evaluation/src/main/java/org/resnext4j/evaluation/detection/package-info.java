/**
 * Evaluation of object detectors on data sets in COCO's layout: COCO's average precision, precision
 * by recall, kinds of mistakes, and records for the results board.
 *
 * {@snippet :
 * DetectionSet coco = DetectionSet.read(Path.of("coco"), "val2017", Optional.empty());
 * try (Detector detector = Detector.load(file, backend)) {
 *   DetectionEvaluation evaluation =
 *       DetectionEvaluation.of(coco, detector, DetectionEvaluation.Options.defaults());
 *   System.out.print(DetectionReport.text(evaluation));
 * }
 * }
 */
package org.resnext4j.evaluation.detection;
