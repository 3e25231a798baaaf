/**
 * Decodes TIFF files: the first page of strips or tiles, of the usual compressions and colours.
 *
 * <p>{@link org.resnext4j.vision.ImageReader} calls this package for files that begin as TIFF:
 *
 * {@snippet :
 * Image page = ImageReader.defaults().read(Path.of("scan.tif"));
 * }
 */
package org.resnext4j.vision.tiff;
