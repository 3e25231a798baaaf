package org.resnext4j.inference.catalogue;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The expected size and hash of a downloaded file.
 *
 * @param bytes size of the file, if it is known
 * @param sha256 SHA-256 of the file, or its first digits, in lower-case hexadecimal, if it is known
 */
public record Expected(OptionalLong bytes, Optional<String> sha256) {

  /**
   * Checks that the hash is hexadecimal.
   *
   * @throws IllegalArgumentException if it does not have 8 to 64 hexadecimal digits
   */
  public Expected {
    sha256 = sha256.map(digits -> digits.toLowerCase(Locale.ROOT));
    sha256.ifPresent(digits -> {
      if (!digits.matches("[0-9a-f]{8,64}")) {
        throw new IllegalArgumentException(
            "a SHA-256 is 64 hexadecimal digits, or at least the first 8, but found '%s'"
                .formatted(digits));
      }
    });
  }

  /** Accepts any file. */
  public static Expected anything() {
    return new Expected(OptionalLong.empty(), Optional.empty());
  }

  /** The published size and hash of weights. */
  public static Expected of(PublishedWeights weights) {
    return new Expected(weights.bytes(), weights.sha256());
  }

  /**
   * Checks a complete file.
   *
   * @param name name of the file in messages
   * @throws DownloadException if size or hash differ
   */
  void check(String name, long size, byte[] digest) throws DownloadException {
    if (bytes.isPresent() && bytes.getAsLong() != size) {
      throw new DownloadException(
          "%s: expected %d bytes, found %d".formatted(name, bytes.getAsLong(), size));
    }
    String found = HexFormat.of().formatHex(digest);
    if (sha256.isPresent() && !found.startsWith(sha256.get())) {
      throw new DownloadException(
          "%s: expected the SHA-256 %s%s, found %s"
              .formatted(name, sha256.get(), sha256.get().length() < 64 ? "…" : "", found));
    }
  }
}
