package org.resnext4j.vision;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The file formats that are read, and how each is recognised. */
public enum ImageFormat {
  JPEG("JPEG", "image/jpeg") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 0xff, 0xd8, 0xff);
    }
  },
  PNG("PNG", "image/png") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
    }
  },
  BMP("BMP", "image/bmp") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 'B', 'M');
    }
  },
  GIF("GIF", "image/gif") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 'G', 'I', 'F', '8', '7', 'a')
          || starts(file, 0, 'G', 'I', 'F', '8', '9', 'a');
    }
  },
  WEBP("WebP", "image/webp") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 'R', 'I', 'F', 'F') && starts(file, 8, 'W', 'E', 'B', 'P');
    }
  },
  PNM("PNM", "image/x-portable-anymap") {
    @Override
    boolean begins(byte[] file) {
      return file.length > 2
          && file[0] == 'P'
          && file[1] >= '1'
          && file[1] <= '6'
          && (file[2] <= ' ' || file[2] == '#');
    }
  },
  TIFF("TIFF", "image/tiff") {
    @Override
    boolean begins(byte[] file) {
      return starts(file, 0, 'I', 'I', 42, 0) || starts(file, 0, 'M', 'M', 0, 42);
    }
  };

  /** What people call it. */
  final String title;

  /** What the decoders of the JDK call it. */
  final String mediaType;

  ImageFormat(String title, String mediaType) {
    this.title = title;
    this.mediaType = mediaType;
  }

  /** Whether a file's first bytes are this format's. */
  abstract boolean begins(byte[] file);

  /** The format of a file, or empty if it is none of these. */
  static Optional<ImageFormat> of(byte[] file) {
    for (ImageFormat format : values()) {
      if (format.begins(file)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The first bytes of a file as a message shows them. */
  static String describe(byte[] file) {
    if (file.length == 0) {
      return "an empty file";
    }
    if (starts(file, 4, 'f', 't', 'y', 'p') && file.length >= 12) {
      String brand = new String(file, 8, 4, StandardCharsets.ISO_8859_1);
      if (brand.equals("avif") || brand.equals("avis")) {
        return "an AVIF picture, which is not supported";
      }
      if (brand.startsWith("hei") || brand.startsWith("hev") || brand.equals("mif1")) {
        return "a HEIC picture, which is not supported";
      }
    }
    if (starts(file, 0, 'I', 'I', 43, 0) || starts(file, 0, 'M', 'M', 0, 43)) {
      return "a BigTIFF picture, which is not supported";
    }
    int shown = Math.min(file.length, 16);
    StringBuilder text = new StringBuilder();
    for (char c : new String(file, 0, shown, StandardCharsets.ISO_8859_1).toCharArray()) {
      text.append(c >= ' ' && c < 127 ? c : '.');
    }
    return "%d bytes that begin with '%s'".formatted(file.length, text);
  }

  private static boolean starts(byte[] file, int offset, int... bytes) {
    if (file.length < offset + bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((file[offset + i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
