/**
 * Pictures with boxes that people drew, in three common formats: COCO's JSON, Pascal VOC's XML and
 * YOLO's text files. A reader counts the records that it cannot use, by kind and with names, in
 * {@link org.resnext4j.detection.annotation.Remarks}.
 *
 * {@snippet :
 * Annotations truth = PascalVoc.read(folder);
 * CocoJson.write(Path.of("annotations.json"), truth);
 * }
 */
package org.resnext4j.detection.annotation;
