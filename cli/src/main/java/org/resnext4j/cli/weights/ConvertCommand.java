package org.resnext4j.cli.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.LoadingOptions;
import org.resnext4j.cli.option.WeightsConverter;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code resnext convert}: checks a weight file of any format and writes it as safetensors. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Check a weight file against its model and write it as safetensors.")
public final class ConvertCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private LoadingOptions loading;

  @Parameters(
      index = "0",
      paramLabel = WeightsConverter.LABEL,
      converter = WeightsConverter.class,
      description = "What to convert: " + WeightsConverter.NAMES + ".")
  private NamedWeights in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The safetensors file to write.")
  private Path out;

  @Option(
      names = "--dtype",
      defaultValue = "f32",
      description = "Number format of the weights: f32, f16 or bf16 (default: ${DEFAULT-VALUE}).")
  private ElementType type;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The model's name, if the file does not tell it.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Replace the classifier by a fresh one for another number of classes.")
  private Optional<Integer> classes = Optional.empty();

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of a fresh classifier (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() throws IOException {
    if (type != ElementType.F32 && type != ElementType.F16 && type != ElementType.BF16) {
      throw new ParameterException(
          spec.commandLine(), "--dtype must be f32, f16 or bf16, but was " + type);
    }
    LoadOptions options = loading.apply(LoadOptions.defaults());
    if (model.isPresent()) {
      options = options.withModel(ResNeXt.preset(model.get()));
    }
    if (classes.isPresent()) {
      options = options.withNewClasses(classes.get(), seed);
    }
    ModelFile loaded = loading.normalized(ModelFile.load(in.file(), options));
    Notices.weights(spec.commandLine().getErr(), loaded.notes());
    ModelFile.save(out, loaded, type);
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s, %d classes, %s, %,d bytes%n",
            out, loaded.model().name(), loaded.model().classes(), type, Files.size(out));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
