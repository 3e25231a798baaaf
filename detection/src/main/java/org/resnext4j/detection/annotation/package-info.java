/**
 * Pictures with boxes drawn by people, in the three forms in which they are shared: COCO's JSON,
 * Pascal VOC's XML and YOLO's text. Readers take nothing for granted and drop nothing silently:
 * what they cannot use is counted by kind, with names.
 */
package org.resnext4j.detection.annotation;
