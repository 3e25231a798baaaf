package org.resnext4j.vision.decode;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * A picture in a file whose header has been read, and which can be decoded.
 *
 * <p>{@link ImageFormat#open} reads the header. It takes no memory that depends on the picture's
 * size, so a caller can check the size before {@link #decode} takes that memory.
 */
public interface Decoder {

  /** Columns of the decoded picture, as the header says. */
  int width();

  /** Rows of the decoded picture, as the header says. */
  int height();

  /** EXIF's orientation, 1 to 8; 1 where the file says nothing. */
  default int orientation() {
    return Orientation.UPRIGHT;
  }

  /**
   * Bytes of memory that decoding takes for each pixel at most: the picture's own three bytes and
   * the decoder's working memory.
   */
  int bytesOfPixel();

  /**
   * Decodes the picture to the pixels of Pillow's {@code Image.open(file).convert("RGB")}.
   *
   * @throws ImageException if the file is damaged or of a kind that is not supported
   */
  Image decode() throws ImageException;
}
