/**
 * Object detection with networks of the family. {@link org.resnext4j.detection.Detector} finds
 * objects in pictures; {@link org.resnext4j.detection.network.FasterRcnn} describes its networks.
 *
 * {@snippet :
 * try (Detector detector = Detector.load(file)) {
 *   List<DetectedObject> objects = detector.detect(image);
 *   BoxDrawing.write(Path.of("found.png"), image, objects);
 * }
 * }
 */
package org.resnext4j.detection;
