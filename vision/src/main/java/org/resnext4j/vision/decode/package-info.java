/**
 * Recognises file formats, and decodes PNG, GIF, BMP and PNM. Separate packages decode JPEG, WebP
 * and TIFF. All decoders give the pixels of Pillow.
 *
 * <p>{@link org.resnext4j.vision.ImageReader} is the class for users. It opens a decoder, checks
 * the size in the header, reserves memory, and decodes:
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
