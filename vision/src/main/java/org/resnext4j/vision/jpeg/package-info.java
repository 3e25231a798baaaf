/**
 * Decodes JPEG files (T.81) to the pixels of libjpeg-turbo.
 *
 * <p>A file passes through four steps: {@code JpegHeader} reads the size and the colour space;
 * {@code JpegSequential} or {@code JpegScans} decodes the entropy-coded coefficients; {@code
 * JpegPlane} transforms them to samples; {@code JpegColours} or {@code JpegInks} converts rows of
 * samples to red, green and blue. {@code JpegSequential} decodes undamaged sequential files, the
 * kind of nearly all photographs. {@code JpegScans} decodes all other files: progressive files, any
 * sampling, damaged files.
 *
 * {@snippet :
 * ImageFile file = new ImageFile("cat.jpg", "JPEG", Files.readAllBytes(Path.of("cat.jpg")));
 * JpegDecoder decoder = JpegDecoder.open(file);
 * Image cat = decoder.decode();
 * }
 */
package org.resnext4j.vision.jpeg;
