/** Regions cut out of feature maps: RoIAlign and its gradient, on one map or on a pyramid. */
package org.resnext4j.detection.region;
