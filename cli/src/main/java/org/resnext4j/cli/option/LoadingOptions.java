package org.resnext4j.cli.option;

import java.util.List;
import java.util.Optional;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Preprocessing;
import picocli.CommandLine.Option;

/** The options for loading a weight file. They are the same in every command that loads one. */
public final class LoadingOptions {

  @Option(
      names = "--part",
      paramLabel = "KEY",
      description = "The network to load from a file with several: a key on its path.")
  private Optional<String> part = Optional.empty();

  @Option(
      names = "--no-ema",
      description = "Load the network without averaged weights, if the file holds both.")
  private boolean notAveraged;

  @Option(
      names = "--normalize",
      paramLabel = "NAME|MEAN/DEVIATION",
      description =
          "Mean and deviation: imagenet, cifar, or numbers such as 0.5,0.5,0.5/0.2,0.2,0.2"
              + " (grey: 0.5/0.2); default: those of the weights.")
  private Optional<String> normalize = Optional.empty();

  /** The loading options that the user chose. */
  public LoadOptions apply(LoadOptions options) {
    LoadOptions chosen = options.withAveraged(!notAveraged);
    return part.isPresent() ? chosen.withPart(part.get()) : chosen;
  }

  /** The name given to {@code --normalize}. A recipe accepts only names. */
  public Optional<String> normalization() {
    normalize.ifPresent(text -> {
      if (!text.equals("imagenet") && !text.equals("cifar")) {
        throw new IllegalArgumentException(
            "--normalize of a training must be imagenet or cifar, but was '%s'; --set"
                    .formatted(text)
                + " preprocessing=JSON gives numbers");
      }
    });
    return normalize;
  }

  /**
   * The preprocessing, with the mean and deviation of {@code --normalize} if the option is given.
   */
  public Preprocessing normalized(Preprocessing usual) {
    return normalize.map(text -> normalized(usual, text)).orElse(usual);
  }

  /**
   * The model, with the mean and deviation of {@code --normalize} in its card if the option is
   * given.
   */
  public ModelFile normalized(ModelFile file) {
    if (normalize.isEmpty()) {
      return file;
    }
    ModelCard card = file.card();
    String steps = normalized(Classifier.preprocessing(file)).toJson();
    return new ModelFile(
        file.model(),
        file.weights(),
        new ModelCard(card.model(), card.labels(), Optional.of(steps), card.provenance()),
        file.notes());
  }

  private static Preprocessing normalized(Preprocessing usual, String text) {
    Preprocessing of =
        switch (text) {
          case "imagenet" -> Preprocessing.imagenet();
          case "cifar" -> Preprocessing.cifar();
          default -> numbers(usual, text);
        };
    return usual.withNormalization(of.mean(), of.deviation());
  }

  private static Preprocessing numbers(Preprocessing usual, String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw wrong(text);
    }
    return usual.withNormalization(
        floats(text, text.substring(0, slash)), floats(text, text.substring(slash + 1)));
  }

  private static float[] floats(String text, String list) {
    List<String> parts = List.of(list.split(",", -1));
    float[] values = new float[parts.size()];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(parts.get(i).strip());
      }
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    return values;
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "--normalize must be imagenet, cifar or MEAN/DEVIATION, but was '%s'".formatted(text));
  }
}
