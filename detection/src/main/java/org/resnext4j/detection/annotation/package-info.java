/**
 * Pictures with boxes drawn by people, in the three formats in which they are shared: COCO's JSON,
 * Pascal VOC's XML and YOLO's text files. A reader counts each record that it cannot use, by kind
 * and with names, in {@link org.resnext4j.detection.annotation.Remarks}.
 *
 * {@snippet :
 * Annotations truth = PascalVoc.read(folder);
 * CocoJson.write(Path.of("annotations.json"), truth);
 * }
 */
package org.resnext4j.detection.annotation;
