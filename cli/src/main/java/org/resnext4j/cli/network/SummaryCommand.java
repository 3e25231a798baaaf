package org.resnext4j.cli.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.detection.network.DetectorComplexity;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Complexity.Part;
import org.resnext4j.models.Diagram;
import org.resnext4j.models.ResNeXt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code resnext summary}: prints the stages, blocks or layers of a model and draws its block. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    description = "Print a model's stages, blocks or layers, its complexity and its block.")
public final class SummaryCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A model's name; `resnext models` lists them.")
  private String model;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Side of the square input; without it the model's usual one.")
  private Optional<Integer> size = Optional.empty();

  @Option(
      names = "--level",
      defaultValue = "stage",
      description = "stage, block or layer (default: ${DEFAULT-VALUE}).")
  private Complexity.Level level;

  @Option(names = "--classes", paramLabel = "N", description = "Another number of classes.")
  private Optional<Integer> classes = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    if (FasterRcnn.isName(model)) {
      summariseDetector();
      return;
    }
    ResNeXt preset = ResNeXt.preset(model);
    ResNeXt network = classes.map(preset::withClasses).orElse(preset);
    int side = size.orElse(network.inputSize());
    Complexity complexity = Complexity.of(network, side);
    spec.commandLine()
        .getOut()
        .print(json ? json(network, side, complexity) : text(network, side, complexity));
    spec.commandLine().getOut().flush();
  }

  private String text(ResNeXt network, int side, Complexity complexity) {
    TextTable table =
        new TextTable("part", "output", ">parameters", ">multiply-adds", ">activations");
    for (Part part : complexity.parts(level)) {
      table.row(
          part.name(),
          part.output(),
          "%,d".formatted(part.parameters()),
          "%,d".formatted(part.multiplyAdds()),
          Format.megabytes(part.activationBytes()));
    }
    table.row(
        "total",
        "",
        "%,d".formatted(complexity.parameters()),
        "%,d".formatted(complexity.multiplyAdds()),
        Format.megabytes(complexity.activationBytes()));
    return "%s at %d×%d%n%n%s%n%s"
        .formatted(network.name(), side, side, table, Diagram.of(network));
  }

  private String json(ResNeXt network, int side, Complexity complexity) {
    List<Map<String, Object>> parts = new ArrayList<>();
    for (Part part : complexity.parts(level)) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", part.name());
      row.put(
          "output",
          List.of(part.output().height(), part.output().width(), part.output().channels()));
      row.put("parameters", part.parameters());
      row.put("multiply_adds", part.multiplyAdds());
      row.put("activation_bytes", part.activationBytes());
      parts.add(row);
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("model", network.name());
    summary.put("size", side);
    summary.put("classes", network.classes());
    summary.put("parameters", complexity.parameters());
    summary.put("multiply_adds", complexity.multiplyAdds());
    summary.put("activation_bytes", complexity.activationBytes());
    summary.put("parts", parts);
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(summary)
        + System.lineSeparator();
  }

  /** The parts of a detector, at the picture size of usual reports of complexity. */
  private void summariseDetector() {
    FasterRcnn detector = FasterRcnn.named(model, classes.orElse(FasterRcnn.COCO_CLASSES));
    if (size.isPresent()) {
      throw new IllegalArgumentException(
          "--size is for classifiers: a detector is summarised at %d×%d"
              .formatted(DetectorComplexity.USUAL_HEIGHT, DetectorComplexity.USUAL_WIDTH));
    }
    DetectorComplexity complexity = DetectorComplexity.of(detector);
    TextTable table = new TextTable("part", ">parameters", ">multiply-adds");
    List<Map<String, Object>> parts = new ArrayList<>();
    for (DetectorComplexity.Part part : complexity.parts()) {
      table.row(
          part.name(), "%,d".formatted(part.parameters()), "%,d".formatted(part.multiplyAdds()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", part.name());
      row.put("parameters", part.parameters());
      row.put("multiply_adds", part.multiplyAdds());
      parts.add(row);
    }
    table.row(
        "total",
        "%,d".formatted(complexity.parameters()),
        "%,d".formatted(complexity.multiplyAdds()));
    int height = complexity.input().height();
    int width = complexity.input().width();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("model", detector.name());
    summary.put("size", List.of(height, width));
    summary.put("classes", detector.classes());
    summary.put("parameters", complexity.parameters());
    summary.put("multiply_adds", complexity.multiplyAdds());
    summary.put("parts", parts);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(summary)
                    + System.lineSeparator()
                : "%s at %d×%d, 1,000 regions%n%n%s"
                    .formatted(detector.name(), height, width, table));
    spec.commandLine().getOut().flush();
  }
}
