package org.resnext4j.vision;

/**
 * The parts of a GIF file that say where its first frame lies on the canvas.
 *
 * @param width columns of the canvas, which holds the whole frame
 * @param height rows of the canvas
 * @param left first column of the first frame
 * @param top first row of the first frame
 * @param background index of the colour around the frame: the transparent one, or 0, as Pillow does
 */
record GifHeader(int width, int height, int left, int top, int background) {

  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;

  static GifHeader read(ImageFile file) throws ImageException {
    int background = 0;
    int flags = file.u8(10);
    long at = 13L + colours(flags);
    while (true) {
      switch (file.u8(at)) {
        case IMAGE -> {
          int left = file.u16Little(at + 1);
          int top = file.u16Little(at + 3);
          return new GifHeader(
              Math.max(file.u16Little(6), left + file.u16Little(at + 5)),
              Math.max(file.u16Little(8), top + file.u16Little(at + 7)),
              left,
              top,
              background);
        }
        case EXTENSION -> {
          boolean transparent = file.u8(at + 1) == GRAPHIC_CONTROL && (file.u8(at + 3) & 1) != 0;
          if (transparent) {
            background = file.u8(at + 6);
          }
          at += 2;
          while (file.u8(at) != 0) {
            at += 1 + file.u8(at);
          }
          at++;
        }
        case TRAILER -> throw file.damaged("it holds no frame");
        default -> at++;
      }
    }
  }

  private static int colours(int flags) {
    return (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;
  }
}
