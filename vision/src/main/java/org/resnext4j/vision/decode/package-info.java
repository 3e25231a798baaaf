/**
 * File formats: how each is recognised, and the decoders of PNG, GIF, BMP and PNM. The decoders of
 * JPEG, WebP and TIFF have packages of their own. All of them give the pixels of Pillow.
 *
 * <p>{@link org.resnext4j.vision.ImageReader} is the way in for users. It opens a decoder, checks
 * the size that the header promises, reserves memory, and decodes:
 *
 * {@snippet :
 * byte[] bytes = Files.readAllBytes(file);
 * Decoder decoder = ImageFormat.open(file.toString(), bytes, false); // Reads the header.
 * if ((long) decoder.width() * decoder.height() < 10_000_000) {
 *   Image image = decoder.decode();
 * }
 * }
 */
package org.resnext4j.vision.decode;
