package org.resnext4j.vision.decode;

import java.util.Arrays;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * Decodes the first frame of a GIF file on its canvas, as Pillow does. Codes continue across empty
 * blocks, and a file is complete only if its frame is full.
 *
 * <p>The JDK's decoder accepts files whose data end early, and fails if a zero byte precedes the
 * frame or an interlaced frame has few rows.
 *
 * @param file the file
 * @param width columns of the canvas, which holds the whole frame
 * @param height rows of the canvas
 * @param palette offset of the frame's palette in the file, or -1 for shades of grey
 * @param colours number of colours in the palette
 * @param background index of the colour around the frame: the transparent one, or 0, as Pillow does
 * @param frame offset of the frame's descriptor in the file
 */
record GifDecoder(
    ImageFile file, int width, int height, long palette, int colours, int background, long frame)
    implements Decoder {

  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int CODES = 4096;
  private static final int LONGEST = 12;
  private static final int[] FIRST_ROWS = {0, 4, 2, 1};
  private static final int[] ROW_STEPS = {8, 8, 4, 2};

  static GifDecoder open(ImageFile file) throws ImageException {
    int background = 0;
    int flags = file.u8(10);
    int shared = colours(flags);
    long at = 13L + 3L * shared;
    while (true) {
      switch (file.u8(at)) {
        case IMAGE -> {
          int own = colours(file.u8(at + 9));
          return new GifDecoder(
              file,
              Math.max(file.u16Little(6), file.u16Little(at + 1) + file.u16Little(at + 5)),
              Math.max(file.u16Little(8), file.u16Little(at + 3) + file.u16Little(at + 7)),
              own > 0 ? at + 10 : shared > 0 ? 13 : -1,
              own > 0 ? own : shared,
              background,
              at);
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
    return (flags & 0x80) != 0 ? 2 << (flags & 7) : 0;
  }

  @Override
  public int bytesOfPixel() {
    return Image.CHANNELS + 1;
  }

  @Override
  public Image decode() throws ImageException {
    byte[] indices = new byte[Math.multiplyExact(width, height)];
    Arrays.fill(indices, (byte) background);
    long data = frame + 10 + 3L * colours(file.u8(frame + 9));
    try {
      new Frame(indices).read(data);
    } catch (ImageException e) {
      if (!file.truncated()) {
        throw e;
      }
    }
    byte[] table = table();
    Image image = Image.black(height, width);
    byte[] rgb = image.rgb();
    for (int i = 0, to = 0; i < indices.length; i++) {
      int from = (indices[i] & 0xff) * Image.CHANNELS;
      for (int c = 0; c < Image.CHANNELS; c++) {
        rgb[to++] = table[from + c];
      }
    }
    return image;
  }

  /** Returns 256 colours. Colours that the file lacks are shades of grey, as in Pillow. */
  private byte[] table() throws ImageException {
    byte[] table = new byte[256 * Image.CHANNELS];
    for (int i = 0; i < table.length; i++) {
      boolean given = palette >= 0 && i < colours * Image.CHANNELS;
      table[i] = given ? (byte) file.u8(palette + i) : (byte) (i / Image.CHANNELS);
    }
    return table;
  }

  /** Writes the frame's pixels row by row, or in the order of interlaced rows. */
  private final class Frame {

    private final byte[] indices;
    private final int frameWidth;
    private final int frameHeight;
    private final int left;
    private final int top;
    private final boolean interlaced;
    private int pass;
    private int row;
    private int column;

    Frame(byte[] indices) throws ImageException {
      this.indices = indices;
      left = file.u16Little(frame + 1);
      top = file.u16Little(frame + 3);
      frameWidth = file.u16Little(frame + 5);
      frameHeight = file.u16Little(frame + 7);
      interlaced = (file.u8(frame + 9) & 0x40) != 0;
      if (frameWidth < 1 || frameHeight < 1) {
        throw file.damaged("its frame has %d×%d pixels".formatted(frameWidth, frameHeight));
      }
    }

    /** Stores a pixel. Returns true if this pixel was the last. */
    private boolean put(byte index) {
      indices[(top + row) * width + left + column] = index;
      column++;
      if (column < frameWidth) {
        return false;
      }
      column = 0;
      row += interlaced ? ROW_STEPS[pass] : 1;
      while (interlaced && row >= frameHeight && pass < FIRST_ROWS.length - 1) {
        pass++;
        row = FIRST_ROWS[pass];
      }
      return row >= frameHeight;
    }

    void read(long start) throws ImageException {
      int depth = file.u8(start);
      if (depth >= LONGEST) {
        throw file.damaged("its codes have %d bits".formatted(depth));
      }
      int clear = 1 << depth;
      int[] link = new int[CODES];
      byte[] suffix = new byte[CODES];
      byte[] string = new byte[CODES + 1];
      int next = clear + 2;
      int size = depth + 1;
      int before = -1;
      int firstOfBefore = 0;
      long at = start + 1;
      int block = 0;
      int bits = 0;
      int held = 0;
      while (true) {
        while (held < size) {
          if (block == 0) {
            if (at >= file.bytes().length || at + 1 + file.u8(at) > file.bytes().length) {
              throw file.endsEarly();
            }
            block = file.u8(at++);
            continue;
          }
          bits |= file.u8(at++) << held;
          held += 8;
          block--;
        }
        int code = bits & ((1 << size) - 1);
        bits >>>= size;
        held -= size;
        if (code == clear) {
          next = clear + 2;
          size = depth + 1;
          before = -1;
          continue;
        }
        if (code == clear + 1) {
          continue; // Pillow, too, continues until the frame is full.
        }
        if (before < 0 ? code > clear : code > next) {
          throw file.damaged("its data have the code %d of %d".formatted(code, next));
        }
        int length = 0;
        int rest = code;
        if (before >= 0 && code == next) {
          string[length++] = (byte) firstOfBefore;
          rest = before;
        }
        while (rest >= clear) {
          if (length >= CODES || rest >= CODES) {
            throw file.damaged("a code of its data leads nowhere");
          }
          string[length++] = suffix[rest];
          rest = link[rest];
        }
        string[length++] = (byte) rest;
        if (before >= 0 && next < CODES) {
          suffix[next] = (byte) rest;
          link[next] = before;
          if (next == (1 << size) - 1 && size < LONGEST) {
            size++;
          }
          next++;
        }
        before = code;
        firstOfBefore = rest;
        while (length > 0) {
          if (put(string[--length])) {
            return;
          }
        }
      }
    }
  }
}
