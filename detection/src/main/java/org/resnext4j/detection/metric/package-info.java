/** How good a detector is: COCO's average precision and its twelve numbers, and its mistakes. */
package org.resnext4j.detection.metric;
