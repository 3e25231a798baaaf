package org.resnext4j.cli.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.models.CardinalitySolver;
import org.resnext4j.models.CardinalitySolver.Choice;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.ResNeXt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code resnext cardinality}: solves the paper's Table 2, which gives for each cardinality the
 * width of equal complexity.
 */
@Command(
    name = "cardinality",
    mixinStandardHelpOptions = true,
    description =
        "Solve the paper's Table 2: find the width that keeps the complexity at each cardinality.")
public final class CardinalityCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--complexity-of",
      paramLabel = "MODEL",
      defaultValue = "resnet50",
      description = "The model whose complexity is kept (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = {"-c", "--cardinality"},
      paramLabel = "C",
      split = ",",
      defaultValue = "1,2,4,8,16,32,64",
      description = "Cardinalities, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> cardinalities;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    List<Choice> choices = CardinalitySolver.solve(ResNeXt.preset(model), cardinalities);
    TextTable table =
        new TextTable(
            ">C",
            ">d",
            ">exact d",
            ">group width",
            ">block parameters",
            ">block multiply-adds",
            ">network parameters",
            ">network multiply-adds");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Choice choice : choices) {
      Complexity network = Complexity.of(choice.model());
      table.row(
          choice.cardinality(),
          choice.width(),
          String.format(Locale.ROOT, "%.2f", choice.exactWidth()),
          choice.groupWidth(),
          "%,d".formatted(choice.blockParameters()),
          Format.billions(choice.blockMultiplyAdds()),
          Format.millions(network.parameters()),
          Format.billions(network.multiplyAdds()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("cardinality", choice.cardinality());
      row.put("width", choice.width());
      row.put("exact_width", choice.exactWidth());
      row.put("group_width", choice.groupWidth());
      row.put("block_parameters", choice.blockParameters());
      row.put("block_multiply_adds", choice.blockMultiplyAdds());
      row.put("parameters", network.parameters());
      row.put("multiply_adds", network.multiplyAdds());
      rows.add(row);
    }
    spec.commandLine()
        .getOut()
        .print(
            json ? JsonMapper.shared().writeValueAsString(rows) + System.lineSeparator() : table);
    spec.commandLine().getOut().flush();
  }
}
