package org.resnext4j.vision.webp;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.Decoder;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes a WebP file (RFC 9649), lossy or lossless. An animated file gives its first frame on the
 * canvas of the animation; the canvas around a smaller frame is black.
 *
 * @param file the file
 * @param header the file's header
 */
public record WebpDecoder(ImageFile file, WebpHeader header) implements Decoder {

  /**
   * Reads a file's header.
   *
   * @throws ImageException if the header is damaged
   */
  public static WebpDecoder open(ImageFile file) throws ImageException {
    return new WebpDecoder(file, WebpHeader.read(file));
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public int orientation() {
    return header.orientation();
  }

  /** Counts, for lossless files, the pixels and the pixels of a transform, as ints. */
  @Override
  public int bytesOfPixel() {
    return Image.CHANNELS + 2 * Integer.BYTES;
  }

  @Override
  public Image decode() throws ImageException {
    WebpHeader webp = header;
    Image frame = webp.lossless() ? Vp8lDecoder.decode(file, webp) : Vp8Decoder.decode(file, webp);
    if (frame.width() == webp.width() && frame.height() == webp.height()) {
      return frame;
    }
    if (webp.left() + frame.width() > webp.width() || webp.top() + frame.height() > webp.height()) {
      throw file.damaged("its frame reaches beyond its canvas");
    }
    Image canvas = Image.black(webp.height(), webp.width());
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(
          frame.rgb(),
          y * frame.width() * Image.CHANNELS,
          canvas.rgb(),
          ((webp.top() + y) * webp.width() + webp.left()) * Image.CHANNELS,
          frame.width() * Image.CHANNELS);
    }
    return canvas;
  }
}
