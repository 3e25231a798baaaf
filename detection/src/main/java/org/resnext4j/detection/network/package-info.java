/** The networks of a Faster R-CNN as graphs, and what lies between them when it detects. */
package org.resnext4j.detection.network;
