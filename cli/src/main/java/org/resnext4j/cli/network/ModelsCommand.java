package org.resnext4j.cli.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.cli.terminal.Format;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.detection.network.DetectorComplexity;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.models.BlockKind;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code resnext models}: prints the presets of the family as a table. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Print the family: every preset with its complexity.")
public final class ModelsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    TextTable table =
        new TextTable("model", ">C", ">d", "blocks", ">input", ">parameters", ">multiply-adds");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ResNeXt model : Presets.all()) {
      Complexity complexity = Complexity.of(model);
      table.row(
          model.name(),
          model.kind() == BlockKind.BASIC ? "–" : model.cardinality(),
          model.kind() == BlockKind.BASIC ? "–" : model.width(),
          model.stages(),
          model.inputSize() + "²",
          Format.millions(complexity.parameters()),
          Format.billions(complexity.multiplyAdds()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", model.name());
      row.put("cardinality", model.cardinality());
      row.put("width", model.width());
      row.put("stages", model.stages());
      row.put("input_size", model.inputSize());
      row.put("parameters", complexity.parameters());
      row.put("multiply_adds", complexity.multiplyAdds());
      rows.add(row);
    }
    TextTable detectors = new TextTable("detector", ">input", ">parameters", ">multiply-adds");
    for (String name : FasterRcnn.NAMES) {
      DetectorComplexity complexity =
          DetectorComplexity.of(FasterRcnn.named(name, FasterRcnn.COCO_CLASSES));
      String input = complexity.input().height() + "×" + complexity.input().width();
      detectors.row(
          name,
          input,
          Format.millions(complexity.parameters()),
          Format.billions(complexity.multiplyAdds()));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("model", name);
      row.put("input_size", input);
      row.put("parameters", complexity.parameters());
      row.put("multiply_adds", complexity.multiplyAdds());
      rows.add(row);
    }
    if (json) {
      spec.commandLine().getOut().println(JsonMapper.shared().writeValueAsString(rows));
    } else {
      spec.commandLine().getOut().print(table);
      spec.commandLine()
          .getOut()
          .println("and resnext{29,38,47,56}_{C}x{d}d for any cardinality C and width d (CIFAR)");
      spec.commandLine().getOut().println();
      spec.commandLine().getOut().print(detectors);
      spec.commandLine().getOut().println("and fasterrcnn_{MODEL}_fpn[_v2] for any of four stages");
    }
  }
}
