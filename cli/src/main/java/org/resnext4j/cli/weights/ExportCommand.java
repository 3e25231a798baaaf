package org.resnext4j.cli.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.detection.DetectorExport;
import org.resnext4j.detection.DetectorFile;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.onnx.OnnxExport;
import org.resnext4j.models.onnx.OnnxOptions;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext export}: writes a model as an ONNX file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Write a model as an ONNX file: operator set 17, any batch size.")
public final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Parameters(
      index = "0",
      paramLabel = "WEIGHTS|MODEL",
      description =
          "The weights: " + WeightsConverter.NAMES + "; or a model's name, for untrained weights.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description =
          "The ONNX file to write; a detector becomes three, OUT-pyramid, OUT-proposals and OUT-boxes.")
  private Path out;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description = "Side of the square input; without it height and width stay open.")
  private int size;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of untrained weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--fold", description = "Fold each batch norm into its convolution.")
  private boolean fold;

  @Option(
      names = "--external-data",
      description = "Write the weights to OUT.data; over 2 GB they always are.")
  private boolean externalData;

  @Override
  public Integer call() throws IOException {
    OnnxOptions options = new OnnxOptions(size, fold, externalData);
    Optional<NamedWeights> stored = stored();
    if (stored.isPresent() && DetectorFile.isDetector(stored.get().file())) {
      return exportDetector(stored.get(), options);
    }
    ModelFile model =
        stored.isPresent()
            ? loading.normalized(
                ModelFile.load(stored.get().file(), loading.apply(LoadOptions.defaults())))
            : ModelFile.untrained(ResNeXt.preset(source), seed);
    Notices.weights(spec.commandLine().getErr(), model.notes());
    OnnxExport.write(out, model, options);
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s, %d classes, %s, %,d bytes%n",
            out,
            model.model().name(),
            model.model().classes(),
            stored.isPresent() ? "weights of " + source : "untrained weights of seed " + seed,
            Files.size(out));
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** Exports a detector as three files, one for each of its networks. */
  private int exportDetector(NamedWeights weights, OnnxOptions options) throws IOException {
    DetectorFile detector = DetectorFile.load(weights.file());
    for (Path file : DetectorExport.write(out, detector, options)) {
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %s, %d classes, weights of %s, %,d bytes%n",
              file,
              detector.detector().name(),
              detector.detector().classes(),
              source,
              Files.size(file));
    }
    spec.commandLine().getOut().flush();
    return 0;
  }

  /**
   * The stored weights of the source's name; empty if the name is a model's without pulled weights.
   */
  private Optional<NamedWeights> stored() throws IOException {
    boolean model = Presets.all().stream().anyMatch(preset -> preset.name().equals(source));
    try {
      return Optional.of(NamedWeights.find(source));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      if (model) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
