package org.resnext4j.cli.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.TextTable;
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
}
