package org.resnext4j.vision;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Pillow made of the pictures that {@link TestImages#pattern} makes; see pillow.py. */
public final class Pillow {

  private Pillow() {}

  /** The recorded cases of a kind. */
  public static List<JsonNode> cases(String kind) {
    try (InputStream stream = Pillow.class.getResourceAsStream("pillow.json")) {
      List<JsonNode> cases = new ArrayList<>();
      JsonMapper.shared().readTree(stream).get(kind).forEach(cases::add);
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The checksum by which a picture is compared. */
  public static long checksum(Image image) {
    CRC32 crc = new CRC32();
    crc.update(image.rgb());
    return crc.getValue();
  }
}
