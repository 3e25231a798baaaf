package org.resnext4j.vision.webp;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.ImageFile;

/** Decodes a WebP file, lossy or lossless; of an animated one the first frame, on its canvas. */
public final class WebpDecoder {

  private WebpDecoder() {}

  /**
   * The picture; the canvas around a smaller frame is black.
   *
   * @throws ImageException if the data are damaged
   */
  public static Image decode(ImageFile file) throws ImageException {
    WebpHeader webp = WebpHeader.read(file);
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
