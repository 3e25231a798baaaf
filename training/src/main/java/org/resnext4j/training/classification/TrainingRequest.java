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
 * What somebody asks to be trained, before the data are opened and the recipe is resolved.
 *
 * @param data a folder as {@link TrainingData#open} knows it
 * @param model a preset's name or a network's fields as JSON; without it the recipe's, or that of
 *     the start weights
 * @param recipe a name of {@link Recipe#NAMES}, or a file
 * @param changes fields of the recipe to override
 * @param startWeights weights to begin with, for fine-tuning
 * @param seed of all chance
 * @param validationSplit share of the training pictures kept back, 0 for none
 * @param validateEvery epochs from one validation to the next
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
   * Opens the data, resolves the recipe and makes the first weights.
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
    TrainingData pictures = TrainingData.open(data, validationSplit, seed);
    Dataset training = pictures.training();
    List<String> classes = training.classes();
    Optional<ModelFile> start =
        startWeights.isPresent()
            ? Optional.of(ModelFile.load(startWeights.get().file(), startWeights.get().options()))
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
   * Weights that a training begins with.
   *
   * @param file the file
   * @param options the options for loading it
   */
  public record StartWeights(Path file, LoadOptions options) {}

  /**
   * Everything a trainer needs.
   *
   * @param description what is trained, in full
   * @param data the pictures
   * @param weights the first
   */
  public record Prepared(RunDescription description, TrainingData data, Weights weights) {}
}
