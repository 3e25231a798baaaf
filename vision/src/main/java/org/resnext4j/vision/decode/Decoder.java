package org.resnext4j.vision.decode;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * Decodes the picture of a file whose header has been read.
 *
 * <p>{@link ImageFormat#open} reads the header. It takes no memory that depends on the picture's
 * size. A caller can therefore check the size before {@link #decode} allocates memory.
 */
public interface Decoder {

  /** Returns the number of columns that the header declares. */
  int width();

  /** Returns the number of rows that the header declares. */
  int height();

  /** Returns the EXIF orientation, 1 to 8; 1 if the file has none. */
  default int orientation() {
    return Orientation.UPRIGHT;
  }

  /**
   * Returns an upper bound of the memory for each pixel, in bytes: the picture's own three bytes
   * and the decoder's working memory.
   */
  int bytesOfPixel();

  /**
   * Decodes the picture to the pixels of Pillow's {@code Image.open(file).convert("RGB")}.
   *
   * @throws ImageException if the file is damaged or of a kind that is not supported
   */
  Image decode() throws ImageException;
}
