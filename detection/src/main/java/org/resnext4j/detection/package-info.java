/**
 * Object detection with networks of the family. {@link org.resnext4j.detection.Detector} finds
 * objects in pictures; {@link org.resnext4j.detection.network.FasterRcnn} describes its networks.
 */
package org.resnext4j.detection;
