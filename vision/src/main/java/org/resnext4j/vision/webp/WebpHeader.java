package org.resnext4j.vision.webp;

import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.decode.ImageFile;
import org.resnext4j.vision.decode.Orientation;

/**
 * The chunks of a WebP file that describe its first picture (RFC 9649, section 2).
 *
 * @param width columns of the canvas
 * @param height rows of the canvas
 * @param orientation EXIF orientation, 1 to 8
 * @param lossless whether the picture is VP8L, not VP8
 * @param left first column of the first picture on the canvas
 * @param top first row of the first picture on the canvas
 * @param data offset of the first picture's data in the file
 * @param length number of bytes of the first picture's data
 */
record WebpHeader(
    int width,
    int height,
    int orientation,
    boolean lossless,
    int left,
    int top,
    int data,
    int length) {

  static WebpHeader read(ImageFile file) throws ImageException {
    long end = 8 + file.u32Little(4);
    if (end > file.bytes().length) {
      if (!file.truncated()) {
        throw file.endsEarly();
      }
      end = file.bytes().length;
    }
    int orientation = Orientation.UPRIGHT;
    boolean exif = false;
    int canvasWidth = 0;
    int canvasHeight = 0;
    long data = -1;
    long length = 0;
    boolean lossless = false;
    int left = 0;
    int top = 0;
    long at = 12;
    while (at + 8 <= end) {
      long size = file.u32Little(at + 4);
      long next = at + 8 + size + (size & 1);
      if (file.contains(at, "VP8X")) {
        canvasWidth = file.u24Little(at + 12) + 1;
        canvasHeight = file.u24Little(at + 15) + 1;
      } else if (file.contains(at, "EXIF") && !exif) {
        exif = true; // Reading only one bounds the time.
        // Some writers keep JPEG's prefix.
        boolean prefixed = file.contains(at + 8, "Exif\0\0");
        orientation = Orientation.ofExif(file, at + (prefixed ? 14 : 8));
      } else if (data < 0 && file.contains(at, "ANMF")) {
        left = 2 * file.u24Little(at + 8);
        top = 2 * file.u24Little(at + 11);
        next = at + 8 + 16; // The first frame's chunks begin here.
      } else if (data < 0 && (file.contains(at, "VP8 ") || file.contains(at, "VP8L"))) {
        lossless = file.contains(at, "VP8L");
        data = at + 8;
        length = size;
        if (data + length > end) {
          throw file.endsEarly();
        }
      }
      at = next;
    }
    if (data < 0) {
      throw file.damaged("it holds no picture data");
    }
    int width;
    int height;
    if (lossless) {
      int bits = file.s32Little(data + 1);
      width = (bits & 0x3fff) + 1;
      height = ((bits >>> 14) & 0x3fff) + 1;
    } else {
      width = file.u16Little(data + 6) & 0x3fff;
      height = file.u16Little(data + 8) & 0x3fff;
    }
    return new WebpHeader(
        Math.max(left + width, canvasWidth),
        Math.max(top + height, canvasHeight),
        orientation,
        lossless,
        left,
        top,
        (int) data,
        (int) length);
  }
}
