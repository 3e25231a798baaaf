package org.resnext4j.vision.decode;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * The EXIF orientation: a number from 1 to 8 for the rotation and reflection that turn a stored
 * picture upright.
 */
public final class Orientation {

  /** The stored picture stands upright. */
  public static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;

  private Orientation() {}

  /**
   * Reads the orientation from EXIF metadata, which are a TIFF structure. Damaged metadata are no
   * error: the method then returns 1.
   *
   * @param tiff offset of the TIFF structure in the file
   * @return the orientation, 1 to 8; 1 if the metadata have none
   */
  public static int ofExif(ImageFile file, long tiff) {
    try {
      boolean little = file.contains(tiff, "II");
      if (!little && !file.contains(tiff, "MM")) {
        return UPRIGHT;
      }
      long directory = tiff + (little ? file.u32Little(tiff + 4) : file.u32Big(tiff + 4));
      int entries = little ? file.u16Little(directory) : file.u16Big(directory);
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + 12L * i;
        if ((little ? file.u16Little(entry) : file.u16Big(entry)) == TAG) {
          int value = little ? file.u16Little(entry + 8) : file.u16Big(entry + 8);
          return value >= 1 && value <= 8 ? value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (ImageException e) {
      return UPRIGHT;
    }
  }

  /** Whether an orientation exchanges rows and columns. */
  public static boolean isSideways(int orientation) {
    return orientation >= 5;
  }

  /**
   * Turns a picture upright.
   *
   * @param image the picture as stored
   * @param orientation EXIF orientation, 1 to 8
   * @return the upright picture
   */
  public static Image upright(Image image, int orientation) {
    if (orientation <= UPRIGHT) {
      return image;
    }
    boolean sideways = isSideways(orientation);
    int height = sideways ? image.width() : image.height();
    int width = sideways ? image.height() : image.width();
    Image result = Image.black(height, width);
    // Whether the result's rows and columns run opposite to those of the stored picture.
    boolean upDown = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    boolean leftRight =
        orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    for (int y = 0; y < height; y++) {
      int a = upDown ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int b = leftRight ? width - 1 - x : x;
        int from = (sideways ? b * image.width() + a : a * image.width() + b) * Image.CHANNELS;
        int to = (y * width + x) * Image.CHANNELS;
        for (int c = 0; c < Image.CHANNELS; c++) {
          result.rgb()[to + c] = image.rgb()[from + c];
        }
      }
    }
    return result;
  }
}
