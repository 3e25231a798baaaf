package org.resnext4j.vision.jpeg;

import java.util.Optional;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.Decoder;
import org.resnext4j.vision.decode.ImageFile;

/**
 * Decodes a JPEG file (T.81) to the pixels of libjpeg-turbo.
 *
 * <p>{@link JpegSequential} is the fast path. It decodes undamaged sequential files, the kind of
 * nearly all photographs. {@link JpegScans} decodes all other files.
 *
 * @param file the file
 * @param header the file's header
 */
public record JpegDecoder(ImageFile file, JpegHeader header) implements Decoder {

  /**
   * Reads a file's header.
   *
   * @throws ImageException if the header is damaged
   */
  public static JpegDecoder open(ImageFile file) throws ImageException {
    JpegHeader header = JpegHeader.read(file);
    if (header.colours() == JpegHeader.Colours.UNKNOWN) {
      throw file.damaged("it has %d colour components".formatted(header.components()));
    }
    return new JpegDecoder(file, header);
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

  @Override
  public int bytesOfPixel() {
    return header.bytesOfPixel();
  }

  @Override
  public Image decode() throws ImageException {
    return decode(header.colours());
  }

  /**
   * Decodes the picture inside another file, which defines the colour space of the components.
   *
   * @throws ImageException if the file is damaged or of a kind that is not supported
   */
  public Image decode(JpegHeader.Colours colours) throws ImageException {
    Optional<Image> usual = JpegSequential.decode(file, colours);
    return usual.isPresent() ? usual.get() : JpegScans.decode(file, colours);
  }

  /**
   * Decodes the samples of all components without converting them.
   *
   * @return samples in {@code [height, width, components]} order
   * @throws ImageException if the file is damaged or of a kind that is not supported
   */
  public byte[] samples() throws ImageException {
    return JpegScans.samples(file);
  }
}
