package org.resnext4j.vision.decode;

import java.util.Arrays;
import java.util.List;

/** The bytes at a fixed offset of a file that identify its format. */
final class Signature {

  /** A place of the signature where a file may have any byte. */
  private static final int ANY = -1;

  private final int offset;
  private final int[] bytes;

  /**
   * Creates a signature.
   *
   * @param offset offset of the first byte in the file
   * @param pattern two hexadecimal digits for each byte, separated by spaces; two dots stand for
   *     any byte
   */
  Signature(int offset, String pattern) {
    this.offset = offset;
    this.bytes =
        Arrays.stream(pattern.split(" ", -1))
            .mapToInt(each -> each.equals("..") ? ANY : Integer.parseInt(each, 16))
            .toArray();
  }

  /** Returns the signatures of some patterns at the beginning of a file. */
  static List<Signature> all(String... patterns) {
    return Arrays.stream(patterns).map(pattern -> new Signature(0, pattern)).toList();
  }

  /** Whether a file has these bytes. */
  boolean matches(byte[] file) {
    if (file.length < offset + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != ANY && bytes[i] != (file[offset + i] & 0xff)) {
        return false;
      }
    }
    return true;
  }
}
