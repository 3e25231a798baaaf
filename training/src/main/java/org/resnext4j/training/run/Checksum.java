package org.resnext4j.training.run;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A CRC-32C over texts, which tells one training or one set of examples from another.
 *
 * {@snippet :
 * String checksum = new Checksum().add("cat/1.png=0\n").add("dog/7.png=1\n").toString();
 * }
 */
public final class Checksum {

  private final CRC32C sum = new CRC32C();

  /** Adds a text in UTF-8. */
  public Checksum add(String text) {
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** The checksum of all added texts: eight hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }
}
