package org.resnext4j.models.weights;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises files that people take for weight files by their first bytes, to name what they are.
 */
final class OtherFormats {

  /** Bytes from a file's start that decide. */
  static final int BYTES = 512;

  /**
   * A format.
   *
   * @param at where its signature lies
   * @param signature its bytes, one a character
   * @param what names it, with an article
   */
  private record Format(int at, String signature, String what) {}

  private static final String COMPRESSED = "a compressed file";

  private static final List<Format> ALL =
      List.of(
          new Format(0, "version https://", "a Git LFS pointer; fetch the file itself"),
          new Format(0, "\u0089HDF\r\n\u001a\n", "an HDF5 file, such as Keras writes"),
          new Format(0, "\u0093NUMPY", "a single NumPy array"),
          new Format(0, "GGUF", "a GGUF file"),
          new Format(4, "TFL3", "a TensorFlow Lite model"),
          new Format(0, "\u001f\u008b", COMPRESSED),
          new Format(0, "BZh", COMPRESSED),
          new Format(0, "\u00fd7zXZ", COMPRESSED),
          new Format(0, "(\u00b5/\u00fd", COMPRESSED),
          new Format(0, "7z\u00bc\u00af", COMPRESSED),
          new Format(0, "Rar!", COMPRESSED),
          new Format(257, "ustar", "a tar archive"),
          new Format(0, "\u0089PNG", "a picture"),
          new Format(0, "\u00ff\u00d8\u00ff", "a picture"));

  private OtherFormats() {}

  /**
   * Names the format of a file.
   *
   * @param start the file's first bytes, one a character
   */
  static Optional<String> name(String start) {
    for (Format format : ALL) {
      if (start.startsWith(format.signature(), format.at())) {
        return Optional.of(format.what());
      }
    }
    String text = start.replace("\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return Optional.of("a web page, perhaps that of a download that failed");
    }
    if (text.startsWith("{") || text.startsWith("[")) {
      return Optional.of("a JSON text");
    }
    return isProtocolBuffer(start)
        ? Optional.of("a protocol buffer, such as an ONNX model or a TensorFlow graph")
        : Optional.empty();
  }

  /**
   * A small version as field 1, then field 2 as a message or text: ONNX's and TensorFlow's start.
   */
  private static boolean isProtocolBuffer(String start) {
    return start.length() > 3
        && start.charAt(0) == 0x08
        && start.charAt(1) < 32
        && (start.charAt(2) == 0x12 || start.charAt(2) == 0x1a || start.charAt(2) == 0x3a);
  }
}
