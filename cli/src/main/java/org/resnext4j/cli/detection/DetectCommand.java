package org.resnext4j.cli.detection;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Failures;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.detection.BoxDrawing;
import org.resnext4j.detection.DetectedObject;
import org.resnext4j.detection.Detector;
import org.resnext4j.detection.annotation.Detections;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.text.CsvRecord;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code resnext detect}: finds objects in pictures. */
@Command(
    name = "detect",
    mixinStandardHelpOptions = true,
    description = "Find objects in pictures with a Faster R-CNN.")
public final class DetectCommand implements Callable<Integer> {

  @Mixin private PictureOptions pictureOptions;

  @Spec private CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "Picture files.")
  private List<Path> images;

  @Option(
      names = "--weights",
      required = true,
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description =
          "Weights of a Faster R-CNN with a pyramid: our own, torchvision's, Detectron2's or MMDetection's.")
  private NamedWeights weights;

  @Option(
      names = "--score",
      defaultValue = "0.5",
      paramLabel = "SCORE",
      description = "Show objects of at least this score (default: ${DEFAULT-VALUE}).")
  private double score;

  @Option(
      names = "--format",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description =
          "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); coco numbers the pictures from 1.")
  private Output format;

  @Option(
      names = "--draw",
      paramLabel = "DIR",
      description = "Write the pictures with their boxes there, as PNG.")
  private Path draw;

  /** The output format of objects. */
  private enum Output {
    TABLE,
    JSON,
    CSV,
    COCO
  }

  private record Found(Path file, int number, List<DetectedObject> objects) {}

  @Override
  public Integer call() throws IOException {
    if (!(score >= 0 && score <= 1)) {
      throw new ParameterException(
          spec.commandLine(), "--score: expected a number from 0 to 1, but found " + score);
    }
    List<Found> found = new ArrayList<>();
    int failed = 0;
    try (Detector detector = Detector.load(weights.file())) {
      if (draw != null) {
        Files.createDirectories(draw);
      }
      for (int i = 0; i < images.size(); i++) {
        Path file = images.get(i);
        try {
          Image picture = pictureOptions.reader().read(file);
          List<DetectedObject> objects =
              detector.detect(picture).stream().filter(object -> object.score() >= score).toList();
          found.add(new Found(file, i + 1, objects));
          if (draw != null) {
            String name = "%d-%s.png".formatted(i + 1, file.getFileName());
            BoxDrawing.write(draw.resolve(name), picture, objects);
          }
        } catch (IOException | IllegalArgumentException e) {
          failed++;
          spec.commandLine().getErr().println("resnext: " + problem(file, e));
        }
      }
    }
    print(found);
    return failed == 0 ? 0 : 1;
  }

  private static String problem(Path file, Exception failure) {
    String message = Failures.sentence(failure);
    return Printable.of(message.startsWith(file.toString()) ? message : file + ": " + message);
  }

  private void print(List<Found> found) {
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case TABLE -> out.print(table(found));
      case CSV -> {
        out.println("picture,label,name,score,left,top,width,height");
        for (Found each : found) {
          for (DetectedObject object : each.objects()) {
            Rectangle box = object.box();
            out.println(
                CsvRecord.of(
                    each.file().toString(),
                    String.valueOf(object.label()),
                    object.name(),
                    "%.6f".formatted(object.score()),
                    "%.3f".formatted(box.left()),
                    "%.3f".formatted(box.top()),
                    "%.3f".formatted(box.width()),
                    "%.3f".formatted(box.height())));
          }
        }
      }
      case JSON -> out.println(json(found));
      case COCO -> {
        List<Detection> detections = new ArrayList<>();
        for (Found each : found) {
          for (DetectedObject object : each.objects()) {
            detections.add(
                new Detection(each.number(), object.label(), object.box(), object.score()));
          }
        }
        out.println(Detections.json(detections));
      }
    }
    out.flush();
  }

  private static TextTable table(List<Found> found) {
    TextTable table =
        new TextTable("picture", "object", ">score", ">left", ">top", ">width", ">height");
    for (Found each : found) {
      if (each.objects().isEmpty()) {
        table.row(each.file(), "nothing", "", "", "", "", "");
      }
      for (DetectedObject object : each.objects()) {
        Rectangle box = object.box();
        table.row(
            each.file(),
            object.name(),
            "%.1f %%".formatted(100 * object.score()),
            "%.1f".formatted(box.left()),
            "%.1f".formatted(box.top()),
            "%.1f".formatted(box.width()),
            "%.1f".formatted(box.height()));
      }
    }
    return table;
  }

  private static String json(List<Found> found) {
    ArrayNode pictures = JsonMapper.shared().createArrayNode();
    for (Found each : found) {
      ArrayNode objects =
          pictures.addObject().put("picture", each.file().toString()).putArray("objects");
      for (DetectedObject object : each.objects()) {
        ObjectNode node =
            objects
                .addObject()
                .put("label", object.label())
                .put("name", object.name())
                .put("score", object.score());
        Rectangle box = object.box();
        node.putArray("box").add(box.left()).add(box.top()).add(box.width()).add(box.height());
      }
    }
    return Printable.json(JsonMapper.shared().writeValueAsString(pictures));
  }
}
