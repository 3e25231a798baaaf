/**
 * What a classifier is measured by, one picture at a time and without keeping its answers: top-k,
 * confusion, precision, recall and F1, calibration, log loss, each with a 95 % interval.
 *
 * <pre>{@code
 * ClassificationMetrics metrics = new ClassificationMetrics(10, 1, 5);
 * metrics.add("picture 0", logits, 0, 3);
 * metrics.top(1).value();
 * metrics.top(1).interval();
 * metrics.confusion().macro().f1();
 * }</pre>
 */
package org.resnext4j.vision.metrics;
