/**
 * Metrics of a classifier: top-k accuracy, confusion matrix, precision, recall and F1, calibration,
 * log loss, each with a 95 % interval. The metrics read one picture's logits at a time and do not
 * keep them.
 *
 * {@snippet :
 * ClassificationMetrics metrics = new ClassificationMetrics(10, 1, 5); // top-1 and top-5
 * metrics.add("picture 0", logits, 0, 3);
 * double accuracy = metrics.top(1).value();
 * double f1 = metrics.confusion().macro().f1();
 * }
 */
package org.resnext4j.vision.metrics;
