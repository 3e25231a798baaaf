/** Lossy WebP files (VP8 key frames) to the pixels of libwebp. */
package org.resnext4j.vision.webp;
