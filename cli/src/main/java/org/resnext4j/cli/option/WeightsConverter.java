package org.resnext4j.cli.option;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.resnext4j.inference.NamedWeights;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the name of weights in the same way for every command. */
public final class WeightsConverter implements ITypeConverter<NamedWeights> {

  /** The label of an option's value that names weights. */
  public static final String LABEL = "FILE|FOLDER|NAME";

  /** Description of the accepted names, for the help. */
  public static final String NAMES =
      "a weight file, a folder of a model hub or of a training run, the name of pulled weights, or"
          + " 'bundled'";

  @Override
  public NamedWeights convert(String called) throws IOException {
    try {
      return NamedWeights.find(called);
    } catch (NoSuchFileException e) {
      throw new TypeConversionException("'%s' is %s".formatted(called, e.getReason()));
    } catch (IllegalArgumentException e) {
      if (Path.of(called).getFileName().toString().contains(".")) {
        // The user means a file. The code that opens the file reports the missing file in its own
        // words.
        return new NamedWeights(Path.of(called), Optional.empty());
      }
      throw new TypeConversionException(e.getMessage());
    }
  }
}
