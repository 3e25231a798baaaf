package org.resnext4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;

/** Decoded pictures fit the heap, whatever their number and size. */
class PictureMemoryTest {

  private static final long MEGABYTE = 1 << 20;

  @TempDir private Path folder;

  @Test
  void aReservationEndsWhenItIsClosed() {
    PictureMemory memory = new PictureMemory(10 * MEGABYTE);
    try (PictureMemory.Share share = memory.take(3 * MEGABYTE + 1)) {
      share.keep(); // No work runs that would keep it.
      assertThat(memory.free()).isEqualTo(6 * MEGABYTE);
    }
    assertThat(memory.free()).isEqualTo(10 * MEGABYTE);
  }

  @Test
  void workKeepsTheReservationOfItsLastPicture() {
    PictureMemory memory = new PictureMemory(10 * MEGABYTE);
    PictureMemory.during(() -> {
      try (PictureMemory.Share share = memory.take(4 * MEGABYTE)) {
        share.keep();
      }
      assertThat(memory.free()).isEqualTo(6 * MEGABYTE);
      // Eight more would not fit beside the first four.
      PictureMemory.during(() -> {
        try (PictureMemory.Share share = memory.take(8 * MEGABYTE)) {
          share.keep();
        }
        return null;
      });
      assertThat(memory.free()).isEqualTo(2 * MEGABYTE);
      return null;
    });
    assertThat(memory.free()).isEqualTo(10 * MEGABYTE);
  }

  @Test
  void workThatFailsGivesItsReservationBack() {
    PictureMemory memory = new PictureMemory(10 * MEGABYTE);
    assertThatThrownBy(() ->
            PictureMemory.during(() -> {
              memory.take(4 * MEGABYTE).keep();
              throw new IOException("as if");
            }))
        .isInstanceOf(IOException.class);
    assertThat(memory.free()).isEqualTo(10 * MEGABYTE);
  }

  @Test
  @Timeout(60)
  void waitingEndsWhenTheThreadIsInterrupted() throws InterruptedException {
    PictureMemory memory = new PictureMemory(MEGABYTE);
    try (PictureMemory.Share _ = memory.takeAll()) {
      List<Boolean> interrupted = new ArrayList<>();
      Thread waiting =
          Thread.ofPlatform()
              .start(() -> {
                assertThatThrownBy(() -> memory.take(1)).isInstanceOf(CancellationException.class);
                interrupted.add(Thread.currentThread().isInterrupted());
              });
      waiting.interrupt();
      waiting.join();
      assertThat(interrupted).containsExactly(true);
    }
    assertThat(memory.free()).isEqualTo(MEGABYTE);
  }

  @Test
  @Timeout(60)
  void morePicturesThanFitAreReadOneAfterAnother() throws Exception {
    PictureMemory memory = new PictureMemory(3 * MEGABYTE);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        long bytes = (1 + i % 5) * MEGABYTE;
        Callable<Boolean> work =
            () ->
                PictureMemory.during(() -> {
                  memory.take(bytes).keep();
                  memory.take(bytes / 2).keep();
                  return true;
                });
        all.add(threads.submit(work));
      }
      for (Future<Boolean> one : all) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(memory.free()).isEqualTo(3 * MEGABYTE);
  }

  /** A sequential JPEG file of 8192×8192 grey pixels, 64 megapixels in one megabyte. */
  private static byte[] largestJpeg() {
    byte[] small =
        TestImages.encode(new BufferedImage(16, 16, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int at = 2;
    while (small[at + 1] != (byte) 0xda) {
      if (small[at + 1] == (byte) 0xc0) {
        small[at + 5] = small[at + 7] = 8192 >> 8;
        small[at + 6] = small[at + 8] = 0;
      }
      at += 2 + ((small[at + 2] & 0xff) << 8 | (small[at + 3] & 0xff));
    }
    int data = at + 2 + ((small[at + 2] & 0xff) << 8 | (small[at + 3] & 0xff));
    file.write(small, 0, data);
    // A unit by the standard's codes: four blocks "00 1010" and two "00 00".
    byte[] unit = {0b00101000, (byte) 0b10100010, (byte) 0b10001010, 0};
    for (int i = 0; i < 512 * 512; i++) {
      file.write(unit, 0, unit.length);
    }
    file.write(0xff);
    file.write(0xd9);
    return file.toByteArray();
  }

  /** What the child virtual machine runs: two threads read and resize the pictures of a folder. */
  public static final class Child {

    private Child() {}

    /** Prints a line for each file. */
    public static void main(String[] files) throws Exception {
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        List<Future<String>> all = new ArrayList<>();
        for (String file : files) {
          all.add(threads.submit(() -> PictureMemory.during(() -> mean(Path.of(file)))));
        }
        for (Future<String> one : all) {
          System.out.println(one.get());
        }
      }
    }

    private static String mean(Path file) throws IOException {
      Image image = ImageReader.defaults().read(file);
      Image small = Resize.shorterSide(2, Interpolation.BILINEAR).apply(image);
      return "%d×%d %d".formatted(image.height(), image.width(), small.sample(1, 1, 2));
    }
  }

  @Test
  @Timeout(120)
  void sixPicturesOf64MegapixelsAreReadInASmallHeap() throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
    byte[] jpeg = largestJpeg();
    for (int i = 0; i < 6; i++) {
      command.add(Files.write(folder.resolve(i + ".jpg"), jpeg).toString());
    }
    Path errors = folder.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    assertThat(out.lines()).hasSize(6).containsOnly("8192×8192 128");
  }

  @Test
  void aPictureThatCannotFitTheHeapIsRefusedAtOnce() {
    byte[] jpeg = largestJpeg();
    for (int at = 0; at < 1000; at++) {
      if (jpeg[at] == (byte) 0xff && jpeg[at + 1] == (byte) 0xc0) {
        jpeg[at + 5] = jpeg[at + 7] = (byte) 0xff;
      }
    }
    assertThatThrownBy(
            () -> ImageReader.defaults().withMaximumPixels(Long.MAX_VALUE).read(jpeg, "a.jpg"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("a.jpg: expected a picture that can be decoded in ")
        .hasMessageEndingWith(" MB of heap, but found 65280×65280");
  }
}
