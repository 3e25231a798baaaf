package org.resnext4j.training.classification;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.recipe.Freezing;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;

/**
 * A request to train a network, before the data are opened and the recipe is resolved.
 *
 * {@snippet :
 * TrainingRequest request =
 *     new TrainingRequest(
 *         Path.of("cifar10"),
 *         Optional.of("cifar_resnext29_8x64d"),
 *         "paper-cifar",
 *         Map.of("epochs", "10"),
 *         Optional.empty(),
 *         1,
 *         0,
 *         1);
 * TrainingRequest.Prepared prepared = request.prepare();
 * }
 *
 * @param data a folder or archive that {@link TrainingData#open} reads
 * @param model name of a preset, or the fields of a network as JSON; without it the network of the
 *     start weights or of the recipe
 * @param recipe a name of {@link Recipe#NAMES}, or a JSON file
 * @param changes new values for fields of the recipe
 * @param startWeights first weights for fine-tuning
 * @param seed seed of all random numbers
 * @param validationSplit share of the training pictures that become validation pictures, 0 for none
 * @param validateEvery number of epochs between validations
 */
public record TrainingRequest(
    Path data,
    Optional<String> model,
    String recipe,
    Map<String, String> changes,
    Optional<StartWeights> startWeights,
    long seed,
    double validationSplit,
    int validateEvery) {

  /**
   * Opens the data, resolves the recipe and creates the first weights.
   *
   * @throws IllegalArgumentException if a name or a value is wrong
   * @throws IOException if the data or the start weights cannot be read
   */
  public Prepared prepare() throws IOException {
    Path asFile = Path.of(recipe);
    Recipe named =
        (recipe.endsWith(".json") && Files.exists(asFile)
                ? Recipe.read(asFile)
                : Recipe.named(recipe))
            .with(changes);
    Recipe resolved = named;
    TrainingData pictures =
        TrainingData.open(data, validationSplit, seed, named.reading().reader());
    Dataset training = pictures.training();
    List<String> classes = training.classes();
    Optional<ModelFile> start =
        startWeights.isPresent()
            ? Optional.of(
                ModelFile.load(
                    startWeights.get().file(),
                    startWeights.get().options().withMissingClassifier(classes.size(), seed)))
            : Optional.empty();
    ResNeXt network =
        model
            .map(Recipe::model)
            .or(() -> start.map(ModelFile::model))
            .or(named::model)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "recipe %s needs a model to be named".formatted(named.name())))
            .withClasses(classes.size());
    Optional<String> seen = start.flatMap(file -> file.card().preprocessingJson());
    if (resolved.preprocessing().equals(Recipe.OF_MODEL) && seen.isPresent()) {
      resolved = resolved.withPreprocessing(Preprocessing.fromJson(seen.get()));
    }
    resolved = resolved.forNetwork(network);
    Graph graph = network.graph();
    Weights fresh = Initialiser.PAPER.initialise(graph, seed);
    Weights first =
        start.isPresent()
            ? Freezing.transfer(start.get().weights().tensors(), graph, fresh)
            : fresh;
    Dataset[] sets =
        pictures
            .validation()
            .map(v -> new Dataset[] {training, v})
            .orElseGet(() -> new Dataset[] {training});
    RunDescription description =
        new RunDescription(
            network,
            resolved,
            seed,
            data.toString(),
            startWeights.map(weights -> weights.file().toString()).orElse(""),
            validationSplit,
            validateEvery,
            classes,
            training.size(),
            pictures.validation().map(Dataset::size).orElse(0),
            RunDescription.checksum(sets));
    return new Prepared(description, pictures, first);
  }

  /**
   * The first weights of a training.
   *
   * @param file the weight file
   * @param options options for loading the file
   */
  public record StartWeights(Path file, LoadOptions options) {}

  /**
   * A training that is ready to start.
   *
   * @param description the full description of the run
   * @param data the pictures
   * @param weights the first weights
   */
  public record Prepared(RunDescription description, TrainingData data, Weights weights) {}
}
