package org.resnext4j.models.weights;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises the formats of files that users mistake for weight files. An error names the format.
 * The first bytes of the file determine it.
 */
final class OtherFormats {

  /** The number of bytes at a file's start that determine the format. */
  static final int BYTES = 512;

  /**
   * A format and its signature.
   *
   * @param at the offset of the signature, in bytes
   * @param signature the bytes of the signature, one for each character
   * @param what the format's name with an article
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
   * Returns the name of a file's format, if the signature is known.
   *
   * @param start the file's first bytes, one for each character
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
   * Returns whether a file starts as ONNX's and TensorFlow's protocol buffers do: a small version
   * number as field 1, then a message or text as field 2.
   */
  private static boolean isProtocolBuffer(String start) {
    return start.length() > 3
        && start.charAt(0) == 0x08
        && start.charAt(1) < 32
        && (start.charAt(2) == 0x12 || start.charAt(2) == 0x1a || start.charAt(2) == 0x3a);
  }
}
