/**
 * Decodes TIFF files (TIFF 6.0): the first page, in strips or tiles.
 *
 * <p>{@code TiffHeader} reads the directory, {@code TiffPage} checks what it says of the page,
 * {@code TiffSegments} expands strips and tiles ({@code FaxDecoder} and {@code LzwDecoder} are two
 * of its compressions), and {@code TiffRow} makes colours of samples.
 *
 * {@snippet :
 * ImageFile file = new ImageFile("a.tif", "TIFF", Files.readAllBytes(Path.of("a.tif")));
 * TiffDecoder decoder = TiffDecoder.open(file);
 * Image page = decoder.decode();
 * }
 */
package org.resnext4j.vision.tiff;
