/**
 * Evaluation of object detectors on data sets in COCO's layout: COCO's average precision, precision
 * by recall, kinds of mistakes, and records for the results board.
 */
package org.resnext4j.evaluation.detection;
