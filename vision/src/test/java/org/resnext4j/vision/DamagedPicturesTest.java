package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.vision.decode.ImageFormat;

/**
 * Damaged files of every format are read, or refused by an {@link ImageException}, in memory that
 * their own size and their pictures' bound. {@code mvn verify -Pfuzz} tries more of them.
 */
@Tag("fuzz")
class DamagedPicturesTest {

  private static final int FILES = Integer.getInteger("resnext4j.fuzz.files", 2_000);
  private static final long FIRST_SEED = Long.getLong("resnext4j.fuzz.seed", 0);
  private static final int MOST_PIXELS = 1 << 20;
  private static final ImageReader WHOLE = ImageReader.defaults().withMaximumPixels(MOST_PIXELS);
  private static final ImageReader TRUNCATED = WHOLE.withTruncated(true);

  /** A decoder's tables and the largest tile of a TIFF file, whatever the size of the picture. */
  private static final long BYTES_OF_FILE = 16L << 20;

  /** The hungriest decoder is lossless WebP's. */
  private static final long BYTES_OF_PIXEL = 32;

  @ParameterizedTest
  @EnumSource
  void areReadOrRefused(ImageFormat format) {
    DamagedPictures damaged = new DamagedPictures(format);
    assertThat(damaged.seeds()).isGreaterThan(5);
    int read = 0;
    for (int i = 0; i < FILES; i++) {
      long seed = FIRST_SEED + i;
      if (isRead(seed % 2 == 0 ? WHOLE : TRUNCATED, damaged.file(seed), seed)) {
        read++;
      }
    }
    assertThat(read).as("files that are read").isBetween(FILES / 20, FILES - FILES / 20);
  }

  private static boolean isRead(ImageReader reader, byte[] file, long seed) {
    long before = allocated();
    boolean read = false;
    try {
      Image image = reader.read(file);
      assertThat(image.height() * image.width()).as("seed %d", seed).isPositive();
      read = true;
    } catch (ImageException e) {
      assertThat(e).as("seed %d", seed).hasMessageStartingWith("image: expected ");
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed, e);
    }
    assertThat(allocated() - before)
        .as("bytes allocated for seed %d", seed)
        .isLessThan(BYTES_OF_FILE + BYTES_OF_PIXEL * MOST_PIXELS);
    return read;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
