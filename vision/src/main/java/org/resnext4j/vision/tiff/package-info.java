/**
 * Decodes TIFF files (TIFF 6.0): the first page, in strips or tiles.
 *
 * <p>{@code TiffHeader} reads the directory, {@code TiffPage} checks the page's properties, {@code
 * TiffSegments} expands strips and tiles (facsimile with {@code FaxDecoder}, Lempel-Ziv-Welch with
 * {@code LzwDecoder}), and {@code TiffRow} converts samples to colours.
 *
 * {@snippet :
 * ImageFile file = new ImageFile("a.tif", "TIFF", Files.readAllBytes(Path.of("a.tif")));
 * TiffDecoder decoder = TiffDecoder.open(file);
 * Image page = decoder.decode();
 * }
 */
package org.resnext4j.vision.tiff;
