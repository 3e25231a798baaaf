package org.resnext4j.vision.decode;

import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;

/**
 * Decodes PNM files (PBM, PGM and PPM, binary and plain) to Pillow's pixels. The decoder scales
 * samples to 0..255. It scales grey samples of more than 8 bits to 0..65535 and then clips them to
 * 255.
 *
 * @param file the file
 * @param type the digit after the P
 * @param width columns
 * @param height rows
 * @param most the largest sample
 * @param data offset of the samples in the file
 */
record PnmDecoder(ImageFile file, int type, int width, int height, int most, int data)
    implements Decoder {

  private static final int PLAIN_BITS = 1;
  private static final int BITS = 4;
  private static final int MOST_DIGITS = 10;

  /** Reads numbers between white space and comments. */
  private static final class Text {

    private final ImageFile file;
    private int at;

    Text(ImageFile file, int at) {
      this.file = file;
      this.at = at;
    }

    private void skip() throws ImageException {
      while (true) {
        int value = file.u8(at);
        if (value == '#') {
          while (file.u8(at) != '\n' && file.u8(at) != '\r') {
            at++;
          }
        } else if (value > ' ') {
          return;
        } else {
          at++;
        }
      }
    }

    int digit() throws ImageException {
      skip();
      return file.u8(at++) - '0';
    }

    int number() throws ImageException {
      skip();
      long number = 0;
      int digits = 0;
      while (at < file.bytes().length && file.u8(at) > ' ' && file.u8(at) != '#') {
        int digit = file.u8(at++) - '0';
        if (digit < 0 || digit > 9 || ++digits > MOST_DIGITS) {
          throw file.damaged("it has something else where a number should be");
        }
        number = 10 * number + digit;
      }
      return (int) Math.min(Integer.MAX_VALUE, number);
    }
  }

  static PnmDecoder open(ImageFile file) throws ImageException {
    Text text = new Text(file, 2);
    int type = file.u8(1) - '0';
    int width = text.number();
    int height = text.number();
    boolean bits = type == PLAIN_BITS || type == BITS;
    int most = bits ? 1 : text.number();
    if (most < 1 || most > 65535) {
      throw file.damaged("its largest sample is %d".formatted(most));
    }
    return new PnmDecoder(file, type, width, height, most, text.at + 1);
  }

  private boolean coloured() {
    return type == 3 || type == 6;
  }

  @Override
  public int bytesOfPixel() {
    return Image.CHANNELS + 1;
  }

  @Override
  public Image decode() throws ImageException {
    long samples = (long) width * height * (coloured() ? Image.CHANNELS : 1);
    long bytes =
        switch (type) {
          case BITS -> (width + 7L) / 8 * height;
          case 5, 6 -> samples * (most > 255 ? 2 : 1);
          case PLAIN_BITS -> samples;
          default -> 2 * samples - 1;
        };
    if (bytes > file.bytes().length - (long) data && !file.truncated()) {
      throw file.endsEarly();
    }
    Image image = Image.black(height, width);
    Text text = new Text(file, data);
    byte[] row = new byte[width * Image.CHANNELS];
    try {
      for (int y = 0; y < height; y++) {
        read(text, y, row);
        System.arraycopy(row, 0, image.rgb(), y * row.length, row.length);
      }
    } catch (ImageException e) {
      if (!file.truncated()) {
        throw e;
      }
    }
    return image;
  }

  /** Reads a row of the picture. */
  private void read(Text text, int y, byte[] row) throws ImageException {
    int copies = coloured() ? 1 : Image.CHANNELS;
    int samples = row.length / copies;
    int bytes = most > 255 ? 2 : 1;
    for (int i = 0; i < samples; i++) {
      int value =
          switch (type) {
            case PLAIN_BITS -> 1 - bit(text);
            case BITS -> 1 - (file.u8(data + (width + 7L) / 8 * y + i / 8) >> (7 - i % 8) & 1);
            case 5, 6 -> {
              long at = data + ((long) y * samples + i) * bytes;
              yield bytes == 2 ? file.u16Big(at) : file.u8(at);
            }
            default -> number(text);
          };
      byte sample = scaled(value);
      for (int c = 0; c < copies; c++) {
        row[i * copies + c] = sample;
      }
    }
  }

  private int bit(Text text) throws ImageException {
    int bit = text.digit();
    if (bit != 0 && bit != 1) {
      throw file.damaged("it has something else where a bit should be");
    }
    return bit;
  }

  private int number(Text text) throws ImageException {
    int number = text.number();
    if (number > most) {
      throw file.damaged("it has the sample %d of at most %d".formatted(number, most));
    }
    return number;
  }

  private byte scaled(int value) {
    int full = most > 255 && !coloured() ? 65535 : 255;
    long sample = Math.min(full, (long) Math.rint(value / (double) most * full));
    return (byte) Math.min(255, sample);
  }
}
