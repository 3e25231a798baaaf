package org.resnext4j.cli.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.resnext4j.cli.terminal.Notices;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.NamedWeights;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.WeightCache;
import org.resnext4j.vision.transform.Interpolation;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that choose the network of a command for pictures. They are the same in every such
 * command.
 */
public final class ClassifierOptions {

  @Mixin private LoadingOptions loading;

  @Mixin private PictureOptions pictures;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The network, if the weights do not tell it.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = WeightsConverter.LABEL,
      description = "The weights: " + WeightsConverter.NAMES + " (default: 'bundled').")
  private Optional<String> weights = Optional.empty();

  @Option(
      names = "--resize",
      paramLabel = "PIXELS",
      description = "Shorter side after resizing, instead of the model's own.")
  private Optional<Integer> resize = Optional.empty();

  @Option(
      names = "--crop",
      paramLabel = "PIXELS",
      description = "Side of the central crop, instead of the model's own.")
  private Optional<Integer> crop = Optional.empty();

  @Option(
      names = "--interpolation",
      paramLabel = "FILTER",
      description = "${COMPLETION-CANDIDATES}, instead of the model's own.")
  private Optional<Interpolation> interpolation = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "8",
      description = "Pictures computed together at most (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute (default: one for each physical core).")
  private Optional<Integer> threads = Optional.empty();

  @Option(names = "--exact", description = "Use no fast algorithms with larger rounding errors.")
  private boolean exact;

  @Option(names = "--orientation", description = "Rotate photographs by their EXIF orientation.")
  private boolean orientation;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Folder of pulled weights (default: $RESNEXT4J_CACHE or the user's cache).")
  private Optional<Path> cache = Optional.empty();

  /** A builder of the classifier that these options describe. */
  public Classifier.Builder builder() throws IOException {
    Classifier.Builder builder =
        Classifier.builder()
            .batch(batch)
            .exact(exact)
            .reader(pictures.reader().withOrientation(orientation));
    builder.loading(loading::apply);
    threads.ifPresent(builder::threads);
    Catalogue catalogue = Catalogue.standard();
    WeightCache folder = cache.map(WeightCache::new).orElseGet(WeightCache::standard);
    if (weights.isPresent()) {
      model.ifPresent(builder::model);
      builder.weights(NamedWeights.find(weights.get(), catalogue, folder));
    } else if (model.isPresent()) {
      builder.published(catalogue.find(model.get()), folder);
    } else {
      builder.bundled();
    }
    builder.adjust(usual ->
        loading
            .normalized(usual)
            .withSizes(resize.orElse(usual.resize()), crop.orElse(usual.crop()))
            .withInterpolation(interpolation.orElse(usual.interpolation())));
    return builder;
  }

  /** Whether the bundled model is used because the user named no weights. */
  public boolean isBundled() {
    return weights.map(NamedWeights.BUNDLED::equals).orElse(model.isEmpty());
  }

  /** Builds a classifier and prints the notices about its weights. */
  public Classifier build(Classifier.Builder builder, PrintWriter err) throws IOException {
    Classifier classifier = builder.build();
    Notices.weights(err, classifier.notes());
    return classifier;
  }
}
