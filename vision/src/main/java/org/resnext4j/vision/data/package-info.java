/** Labelled pictures, as published data sets store them. */
package org.resnext4j.vision.data;
