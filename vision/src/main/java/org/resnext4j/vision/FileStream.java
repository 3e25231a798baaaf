package org.resnext4j.vision;

import java.util.Arrays;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory as ImageIO's decoders read it; remembers whether one asked for more than it has.
 */
final class FileStream extends ImageInputStreamImpl {

  private final byte[] bytes;
  private boolean exhausted;

  FileStream(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether a decoder has read beyond the end. */
  boolean exhausted() {
    return exhausted;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      exhausted = true;
      return -1;
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] destination, int offset, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= bytes.length) {
      exhausted = true;
      return -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, destination, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return "FileStream" + Arrays.toString(new long[] {streamPos, bytes.length});
  }
}
