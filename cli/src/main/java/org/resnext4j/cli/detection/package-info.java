/**
 * Commands about boxes in pictures: detect, convert-annotations and the evaluation of detectors.
 *
 * {@snippet lang=shell :
 * resnext detect street.jpg --weights fasterrcnn.pth --draw boxes/
 * }
 */
package org.resnext4j.cli.detection;
