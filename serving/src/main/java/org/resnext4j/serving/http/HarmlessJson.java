package org.resnext4j.serving.http;

import org.resnext4j.vision.text.Printable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON that is harmless on a terminal. Replies and the access log repeat names from
 * requests. Plain JSON escapes only the first 32 control characters, so a name could control a
 * terminal or change the direction of writing.
 */
public final class HarmlessJson {

  /** Escapes every control character and every character that changes the direction of writing. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().characterEscapes(new Escapes()).build()).build();

  private HarmlessJson() {}

  private static final class Escapes extends CharacterEscapes {

    private static final long serialVersionUID = 1;
    private static final int DELETE = 0x7f;
    private static final int[] ASCII = standardAsciiEscapesForJSON();

    static {
      ASCII[DELETE] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ASCII;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      String printed = Printable.of(Character.toString(character));
      return printed.length() == 1 ? null : new SerializedString(printed);
    }
  }
}
