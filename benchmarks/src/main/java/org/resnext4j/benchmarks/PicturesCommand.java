package org.resnext4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.transform.Interpolation;
import org.resnext4j.vision.transform.Resize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code resnext bench pictures}: compares decoding and resizing with Pillow. Each side uses one
 * thread, and the files lie in memory. The rounds alternate, and every ratio is computed from the
 * two sides' times in the same round.
 */
@Command(
    name = "pictures",
    mixinStandardHelpOptions = true,
    description = "Decoding and resizing of pictures beside Pillow's (Python), one thread each.")
final class PicturesCommand implements Callable<Integer> {

  private static final String COLUMNS = "%-28s %10s %9s %9s %9s %9s %6s  %-13s %s%n";

  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Pictures.")
  private List<Path> files;

  @Option(
      names = "--python",
      defaultValue = "python3",
      description = "A Python that has Pillow (default: ${DEFAULT-VALUE}).")
  private String python;

  @Option(
      names = "--size",
      defaultValue = "256",
      description = "The shorter side of the resized pictures (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--rounds",
      defaultValue = "9",
      description = "Alternating rounds after warm-up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "100",
      description = "How long each side works on a picture in a round (default: ${DEFAULT-VALUE}).")
  private long millis;

  @Option(
      names = "--warmup",
      defaultValue = "3000",
      description = "Milliseconds each side runs before it counts (default: ${DEFAULT-VALUE}).")
  private long warmup;

  @Override
  public Integer call() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    for (Path file : files) {
      contents.add(Files.readAllBytes(file));
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Pillow pillow = new Pillow(python, size, files)) {
      for (int i = 0; i < files.size(); i++) {
        run(contents.get(i), Math.max(1, warmup / files.size()));
        pillow.run(i, Math.max(1, warmup / files.size()));
      }
      out.printf(
          COLUMNS,
          "picture",
          "size",
          "decode ms",
          "Pillow's",
          "both ms",
          "Pillow's",
          "ratio",
          "(min–max)",
          "same bits");
      List<Double> all = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        List<PictureTimes> ours = new ArrayList<>();
        List<PictureTimes> theirs = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          ours.add(run(contents.get(i), millis));
          theirs.add(pillow.run(i, millis));
          ratios.add(theirs.getLast().both() / ours.getLast().both());
        }
        Image image = ImageReader.defaults().read(contents.get(i));
        boolean same = sum(resize(image)) == pillow.sum(i);
        all.add(Comparison.median(ratios));
        out.print(row(files.get(i), image, ours, theirs, ratios, same));
        out.flush();
      }
      out.printf(
          Locale.ROOT,
          "geometric mean against %s: %.2f (above 1: we are faster)%n",
          pillow.version(),
          Comparison.geometricMean(all));
      out.flush();
    }
    return 0;
  }

  private String row(
      Path file,
      Image image,
      List<PictureTimes> ours,
      List<PictureTimes> theirs,
      List<Double> ratios,
      boolean same) {
    return String.format(
        Locale.ROOT,
        COLUMNS,
        file.getFileName(),
        image.width() + "×" + image.height(),
        "%.2f".formatted(PictureTimes.of(ours).decode()),
        "%.2f".formatted(PictureTimes.of(theirs).decode()),
        "%.2f".formatted(PictureTimes.of(ours).both()),
        "%.2f".formatted(PictureTimes.of(theirs).both()),
        "%.2f".formatted(Comparison.median(ratios)),
        "(%.2f–%.2f)"
            .formatted(
                ratios.stream().min(Double::compare).orElseThrow(),
                ratios.stream().max(Double::compare).orElseThrow()),
        same ? "yes" : "no");
  }

  private Image resize(Image image) {
    return Resize.shorterSide(size, Interpolation.BILINEAR).apply(image);
  }

  private PictureTimes run(byte[] file, long millis) throws IOException {
    List<Long> times = new ArrayList<>();
    long end = System.nanoTime() + millis * 1_000_000;
    long done;
    do {
      long start = System.nanoTime();
      Image image = ImageReader.defaults().read(file);
      long decoded = System.nanoTime();
      resize(image);
      done = System.nanoTime();
      times.add(decoded - start);
      times.add(done - start);
    } while (done < end);
    return PictureTimes.medians(times);
  }

  private static long sum(Image image) {
    CRC32 sum = new CRC32();
    sum.update(image.rgb());
    return sum.getValue();
  }
}
