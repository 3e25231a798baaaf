package org.resnext4j.cli.weights;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.detection.DetectorFile;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.TensorStatistics;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.naming.LookAlikes;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code resnext inspect}: shows the tensors of a weight file and the most likely network of these
 * tensors.
 */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Print a weight file's tensors and the model that they likely belong to.")
public final class InspectCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Parameters(
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description = "What to look into: " + WeightsConverter.NAMES + ".")
  private NamedWeights named;

  @Option(
      names = "--statistics",
      description = "Read the values, too: smallest, largest, mean, deviation.")
  private boolean statistics;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LoadOptions chosen = loading.apply(LoadOptions.defaults());
    Optional<FasterRcnn> detector = detector(chosen);
    try (WeightFile file =
        detector.isPresent()
            ? WeightFiles.openWhole(named.file())
            : WeightFiles.open(named.file(), chosen.part(), chosen.preferAveraged())) {
      Optional<Likely> model =
          detector
              .map(found -> new Likely(found.name(), found.classes(), found))
              .or(() ->
                  ModelRecognition.recognise(file.tensors().values())
                      .map(found -> new Likely(names(found), found.classes(), found)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(
            Printable.json(
                JsonMapper.shared()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(json(file, model))));
      } else {
        out.print(text(file, model));
      }
      out.flush();
      return 0;
    }
  }

  /**
   * The most likely model of the tensors.
   *
   * @param description the model with all its sizes: a network of the family or a detector
   */
  private record Likely(String name, int classes, Object description) {}

  /** The network's name, or all candidates if the file does not decide between them. */
  private String names(ResNeXt found) {
    LookAlikes.Decision decision =
        LookAlikes.decide(found, List.of(String.valueOf(named.file().getFileName())));
    return decision.candidates().isEmpty()
        ? decision.model().name()
        : decision.candidates().stream().map(ResNeXt::name).collect(Collectors.joining(" or "));
  }

  /** The detector of the whole file. A part of a file is never a detector. */
  private Optional<FasterRcnn> detector(LoadOptions chosen) throws IOException {
    if (chosen.part().isPresent()) {
      return Optional.empty();
    }
    try (WeightFile whole = WeightFiles.openWhole(named.file())) {
      return DetectorFile.recognise(whole);
    }
  }

  private String text(WeightFile file, Optional<Likely> model) throws WeightFileException {
    long values = file.tensors().values().stream().mapToLong(TensorInfo::elements).sum();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %s, %d tensors, %,d values%n"
            .formatted(
                Printable.of(file.path().toString()),
                file.format(),
                file.tensors().size(),
                values));
    text.append(
        model
            .map(found -> "likely model: %s, %d classes%n".formatted(found.name(), found.classes()))
            .orElse("likely model: none of the family%n".formatted()));
    file.metadata()
        .forEach((key, value) ->
            text.append("%s: %s%n".formatted(Printable.of(key), Printable.of(value))));
    file.choice().ifPresent(choice -> text.append(Printable.of(choice)).append("\n"));
    file.setAside().ifPresent(others -> text.append(Printable.of(others)).append("\n"));
    if (!file.skipped().isEmpty()) {
      text.append("passed over: %s%n".formatted(Printable.of(String.join(", ", file.skipped()))));
    }
    TextTable table =
        statistics
            ? new TextTable(
                "tensor", "type", "shape", ">minimum", ">maximum", ">mean", ">deviation", ">odd")
            : new TextTable("tensor", "type", "shape");
    for (TensorInfo tensor : file.tensors().values()) {
      if (statistics) {
        TensorStatistics found = TensorStatistics.of(file, tensor.name());
        table.row(
            tensor.name(),
            tensor.type(),
            tensor.shape(),
            "%.4g".formatted(found.minimum()),
            "%.4g".formatted(found.maximum()),
            "%.4g".formatted(found.mean()),
            "%.4g".formatted(found.deviation()),
            found.notFinite());
      } else {
        table.row(tensor.name(), tensor.type(), tensor.shape());
      }
    }
    return "%s%n%s".formatted(text, table);
  }

  private Map<String, Object> json(WeightFile file, Optional<Likely> model)
      throws WeightFileException {
    List<Map<String, Object>> tensors = new ArrayList<>();
    for (TensorInfo tensor : file.tensors().values()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", tensor.name());
      row.put("type", tensor.type());
      row.put("shape", tensor.shape());
      if (statistics) {
        row.put("statistics", TensorStatistics.of(file, tensor.name()));
      }
      tensors.add(row);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", file.path().toString());
    result.put("format", file.format().toString());
    model.ifPresent(found -> result.put("likely_model", found.description()));
    result.put("metadata", file.metadata());
    result.put("skipped", file.skipped());
    result.put("tensors", tensors);
    return result;
  }
}
