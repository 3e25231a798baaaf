/**
 * Decodes WebP files (RFC 9649) to the pixels of libwebp: lossy pictures, which are key frames of
 * VP8 (RFC 6386), and lossless pictures (VP8L). An animated file gives its first frame.
 *
 * {@snippet :
 * ImageFile file = new ImageFile("cat.webp", "WebP", Files.readAllBytes(Path.of("cat.webp")));
 * WebpDecoder decoder = WebpDecoder.open(file);
 * Image cat = decoder.decode();
 * }
 */
package org.resnext4j.vision.webp;
