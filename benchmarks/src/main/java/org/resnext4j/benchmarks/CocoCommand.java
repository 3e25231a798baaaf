package org.resnext4j.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.annotation.Remarks;
import org.resnext4j.detection.metric.CocoEvaluation;
import org.resnext4j.detection.metric.CocoResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code resnext bench coco}: measures the time of COCO's average precision. A seed determines the
 * boxes, which are as many as those of COCO's validation set.
 */
@Command(
    name = "coco",
    mixinStandardHelpOptions = true,
    description =
        "COCO's average precision of synthetic boxes: 80 categories, 7 objects a picture.")
final class CocoCommand implements Callable<Integer> {

  private static final int CATEGORIES = 80;
  private static final int OBJECTS = 7;
  private static final int PLACES = 400;
  private static final int LARGEST = 200;

  @Spec private CommandSpec spec;

  @Option(
      names = "--pictures",
      defaultValue = "5000",
      description = "Pictures (default: ${DEFAULT-VALUE}).")
  private int pictures;

  @Option(
      names = "--detections",
      defaultValue = "100",
      description = "Detections of each picture (default: ${DEFAULT-VALUE}).")
  private int detections;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Evaluations, the first one without warm-up (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() {
    Random random = new Random(1);
    List<Detection> found = new ArrayList<>();
    Annotations truth = truth(random, found);
    PrintWriter out = spec.commandLine().getOut();
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      CocoResult result = CocoEvaluation.evaluate(truth, found);
      double seconds = (System.nanoTime() - start) / 1e9;
      out.printf(
          Locale.ROOT,
          "%,d pictures, %,d detections: %.2f s, AP %.4f%n",
          pictures,
          found.size(),
          seconds,
          result.averagePrecision());
      out.flush();
    }
    return 0;
  }

  private Annotations truth(Random random, List<Detection> found) {
    List<Picture> all = new ArrayList<>();
    for (int number = 1; number <= pictures; number++) {
      List<TrueBox> objects = new ArrayList<>();
      for (int i = 0; i < OBJECTS; i++) {
        Rectangle box =
            new Rectangle(
                random.nextInt(PLACES),
                random.nextInt(PLACES),
                1 + random.nextInt(LARGEST),
                1 + random.nextInt(LARGEST));
        boolean crowd = random.nextInt(50) == 0;
        objects.add(
            new TrueBox(1 + random.nextInt(CATEGORIES), box, 0.7 * box.area(), crowd, false));
      }
      for (int i = 0; i < detections; i++) {
        TrueBox meant = objects.get(random.nextInt(OBJECTS));
        boolean wrong = random.nextInt(3) == 0;
        int category = wrong ? 1 + random.nextInt(CATEGORIES) : meant.category();
        Rectangle box = meant.box();
        double left = box.left() + 20 * random.nextGaussian();
        Rectangle moved = new Rectangle(left, box.top(), box.width(), box.height());
        found.add(new Detection(number, category, moved, random.nextDouble()));
      }
      all.add(new Picture(number, number + ".jpg", 640, 640, objects));
    }
    List<Category> categories =
        IntStream.rangeClosed(1, CATEGORIES).mapToObj(id -> new Category(id, "c" + id)).toList();
    return new Annotations(categories, all, new Remarks());
  }
}
