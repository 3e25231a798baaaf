package org.resnext4j.vision.jpeg;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;
import org.resnext4j.vision.decode.Orientation;

/**
 * The segments before the first scan of a JPEG file. Libjpeg's rules derive the colour space from
 * these segments.
 *
 * @param width columns
 * @param height rows
 * @param components number of samples of a pixel
 * @param progressive whether several scans of rising precision contain the coefficients
 * @param colours colour space of the samples
 * @param orientation EXIF orientation, 1 to 8
 * @param bytesOfPixel upper bound of the memory for each pixel, in bytes: the picture and, for
 *     files of several scans, the coefficients
 */
public record JpegHeader(
    int width,
    int height,
    int components,
    boolean progressive,
    Colours colours,
    int orientation,
    int bytesOfPixel) {

  /** The colour space of the samples. */
  public enum Colours {
    GREY,
    /** Luminance and two chrominance samples (YCbCr). */
    YCC,
    RGB,
    CMYK,
    /** Luminance, two chrominance samples and black (YCCK). */
    YCCK,
    /** Any number of samples whose colour space an enclosing file defines. */
    UNKNOWN
  }

  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;

  /**
   * Reads the segments before the first scan.
   *
   * @throws ImageException if the segments are damaged or describe no frame
   */
  public static JpegHeader read(ImageFile file) throws ImageException {
    boolean jfif = false;
    int adobeTransform = -1;
    int orientation = Orientation.UPRIGHT;
    boolean exif = false;
    int width = 0;
    int height = 0;
    List<Integer> components = new ArrayList<>();
    boolean inOneScan = false;
    boolean progressive = false;
    long at = 2;
    while (true) {
      while (file.u8(at) != 0xff) {
        at++;
      }
      while (file.u8(at) == 0xff) {
        at++;
      }
      int marker = file.u8(at++);
      if (marker == START_OF_SCAN || marker == END_OF_IMAGE) {
        break;
      }
      if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
        continue; // A marker without a segment.
      }
      int length = file.u16Big(at);
      if (length < 2) {
        throw file.damaged("a segment has length " + length);
      }
      if (marker == 0xe0 && length >= 16 && file.contains(at + 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xee && length >= 14 && file.contains(at + 2, "Adobe")) {
        adobeTransform = file.u8(at + 13);
      } else if (marker == 0xe1 && !exif && file.contains(at + 2, "Exif\0\0")) {
        exif = true; // Pillow, too, reads the first segment only.
        orientation = Orientation.ofExif(file, at + 8);
      } else if (isFrame(marker)) {
        height = file.u16Big(at + 3);
        width = file.u16Big(at + 5);
        components.clear();
        inOneScan = marker <= 0xc1;
        progressive = marker == 0xc2 || marker == 0xca;
        for (int i = 0; i < file.u8(at + 7); i++) {
          components.add(file.u8(at + 8 + 3L * i));
        }
      }
      at += length;
    }
    if (components.isEmpty()) {
      throw file.damaged("its header describes no frame");
    }
    Colours colours = colours(components, jfif, adobeTransform);
    boolean kept = !inOneScan || components.size() == 4;
    int coefficients = kept ? (Short.BYTES + 1) * components.size() : 0;
    return new JpegHeader(
        width,
        height,
        components.size(),
        progressive,
        colours,
        orientation,
        Image.CHANNELS + coefficients);
  }

  /**
   * Whether a marker is a start of frame: SOF0 to SOF15 without DHT, JPG and DAC, whose numbers lie
   * between.
   */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static Colours colours(List<Integer> components, boolean jfif, int adobeTransform) {
    return switch (components.size()) {
      case 1 -> Colours.GREY;
      case 3 -> {
        boolean named = components.equals(List.of((int) 'R', (int) 'G', (int) 'B'));
        boolean rgb = adobeTransform >= 0 ? adobeTransform == 0 : named;
        yield rgb && !jfif ? Colours.RGB : Colours.YCC;
      }
      case 4 -> adobeTransform > 0 ? Colours.YCCK : Colours.CMYK;
      default -> Colours.UNKNOWN;
    };
  }
}
