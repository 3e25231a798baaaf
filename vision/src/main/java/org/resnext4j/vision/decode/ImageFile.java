package org.resnext4j.vision.decode;

import org.resnext4j.vision.ImageException;

/**
 * A file in memory. Every read checks its bounds and throws an exception beyond the end of the
 * file.
 *
 * @param name name of the file in messages
 * @param format the name of its format in messages
 * @param bytes all bytes of the file
 * @param truncated whether the file may end early; the format's decoder then decides the missing
 *     pixels
 */
@SuppressWarnings("ArrayRecordComponent") // Nothing compares the records.
public record ImageFile(String name, String format, byte[] bytes, boolean truncated) {

  /** Creates a file that must not end early. */
  public ImageFile(String name, String format, byte[] bytes) {
    this(name, format, bytes, false);
  }

  public int u8(long at) throws ImageException {
    if (at < 0 || at >= bytes.length) {
      throw damaged("its header points to byte %d of %d".formatted(at, bytes.length));
    }
    return bytes[(int) at] & 0xff;
  }

  public int u16Big(long at) throws ImageException {
    return (u8(at) << 8) | u8(at + 1);
  }

  public int u16Little(long at) throws ImageException {
    return u8(at) | (u8(at + 1) << 8);
  }

  public int u24Little(long at) throws ImageException {
    return u16Little(at) | (u8(at + 2) << 16);
  }

  public int s32Big(long at) throws ImageException {
    return (u16Big(at) << 16) | u16Big(at + 2);
  }

  public int s32Little(long at) throws ImageException {
    return u16Little(at) | (u16Little(at + 2) << 16);
  }

  public long u32Big(long at) throws ImageException {
    return Integer.toUnsignedLong(s32Big(at));
  }

  public long u32Little(long at) throws ImageException {
    return Integer.toUnsignedLong(s32Little(at));
  }

  public boolean contains(long at, String ascii) {
    if (at < 0 || at + ascii.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[(int) at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  public ImageException damaged(String found) {
    return new ImageException(message(found));
  }

  public ImageException damaged(String found, Throwable cause) {
    return new ImageException(message(found), cause);
  }

  /** Returns the error of a file that is shorter than its picture. */
  public ImageException endsEarly() {
    return damaged("its data end early");
  }

  private String message(String found) {
    return "%s: expected a %s picture, but %s".formatted(name, format, found);
  }
}
