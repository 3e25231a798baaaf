package org.resnext4j.vision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.resnext4j.vision.decode.ImageFormat;

/**
 * Damages the sound files of one format. The damage depends on a seed alone, so that a failure can
 * be repeated by its seed.
 */
final class DamagedPictures {

  /** Files that are slow by design; they have tests of their own. */
  private static final List<String> SLOW = List.of("jpeg-progressive-3000-scans.jpg");

  private static final int LONGEST = 16_000;

  /** Numbers at which readers of sizes and offsets fail. */
  private static final int[] EDGES = {
    0, 1, 2, 3, 7, 8, 15, 16, 17, 63, 64, 127, 128, 255, 256, 4095, 4096, 32767, 32768, 65535
  };

  private final ImageFormat format;
  private final List<byte[]> sound;

  DamagedPictures(ImageFormat format) {
    this.format = format;
    this.sound =
        Stream.of(recorded(), folder("cases"), folder("tiff"), portable())
            .flatMap(List::stream)
            .filter(
                file -> file.length <= LONGEST && ImageFormat.of(file).equals(Optional.of(format)))
            .toList();
  }

  private static List<byte[]> recorded() {
    return Pillow.cases("files").stream()
        .map(c -> Base64.getDecoder().decode(c.get("data").stringValue()))
        .toList();
  }

  private static List<byte[]> folder(String name) {
    try {
      Path folder = Path.of(DamagedPictures.class.getResource(name).toURI());
      try (Stream<Path> files = Files.list(folder)) {
        List<byte[]> all = new ArrayList<>();
        for (Path file : files.sorted().toList()) {
          if (!SLOW.contains(file.getFileName().toString())) {
            all.add(Files.readAllBytes(file));
          }
        }
        return all;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<byte[]> portable() {
    String words = "0 1 1 0 1 0 1 1 1 0 0 1 1 1 0 1 0 0 1 1 0 1 1 1 ";
    return Stream.of(
            "P1 4 3\n" + words,
            "P2 # comment\n 4 3 15\n" + words,
            "P3\n2 2\n255 " + words,
            "P4 12 4 " + words,
            "P5 6 4 255 " + words,
            "P5 4 3 65535 " + words,
            "P6 4 3 255\n" + words,
            "P6 3 2 1023\n" + words)
        .map(text -> text.getBytes(StandardCharsets.US_ASCII))
        .toList();
  }

  /** How many sound files there are. */
  int seeds() {
    return sound.size();
  }

  /** One damaged file. */
  byte[] file(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] file = sound.get(random.nextInt(sound.size())).clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && file.length > 0; changes--) {
      file = change(file, random);
    }
    if (format == ImageFormat.PNG && random.nextInt(4) > 0) {
      repairChecksums(file);
    }
    return file;
  }

  private byte[] change(byte[] file, SplittableRandom random) {
    // Half of the changes hit the first bytes, where sizes and offsets are.
    int at = random.nextInt(random.nextBoolean() ? Math.min(96, file.length) : file.length);
    int length = Math.min(file.length - at, 1 + random.nextInt(1 << random.nextInt(9)));
    switch (random.nextInt(10)) {
      case 0, 1 -> file[at] = (byte) random.nextInt(256);
      case 2 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 3 -> file[at] = (byte) -random.nextInt(2);
      case 4, 5 -> {
        int edge = EDGES[random.nextInt(EDGES.length)];
        file[at] = (byte) (edge >> 8);
        if (at > 0) {
          file[at - 1] = (byte) edge;
        }
      }
      case 6 -> {
        return Arrays.copyOf(file, random.nextInt(file.length + 1));
      }
      case 7 -> {
        return spliced(file, at + length, file, at); // A piece twice.
      }
      case 8 -> {
        return spliced(file, at, file, at + length); // A piece lost.
      }
      default -> {
        byte[] other = sound.get(random.nextInt(sound.size()));
        int from = random.nextInt(other.length);
        System.arraycopy(other, from, file, at, Math.min(length, other.length - from));
      }
    }
    return file;
  }

  private static byte[] spliced(byte[] head, int end, byte[] tail, int from) {
    byte[] all = Arrays.copyOf(head, end + tail.length - from);
    System.arraycopy(tail, from, all, end, tail.length - from);
    return all;
  }

  /** Makes the checksums right again, so that damage behind them is reached. */
  private static void repairChecksums(byte[] png) {
    long at = 8;
    while (at + 12 <= png.length) {
      int start = (int) at;
      long length = Integer.toUnsignedLong(s32(png, start));
      if (at + 12 + length > png.length) {
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(png, start + 4, (int) length + 4);
      for (int i = 0; i < 4; i++) {
        png[start + 8 + (int) length + i] = (byte) (sum.getValue() >> (24 - 8 * i));
      }
      at += 12 + length;
    }
  }

  private static int s32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
