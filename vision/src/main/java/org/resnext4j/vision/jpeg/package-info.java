/**
 * JPEG files to the pixels of libjpeg-turbo: header, entropy decoding, inverse transform, colours.
 */
package org.resnext4j.vision.jpeg;
