package org.resnext4j.detection.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.detection.DetectorFile;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.recipe.Recipe;

/**
 * A user's request to train a detector, before the data are opened and the recipe is resolved.
 *
 * @param data folder in COCO's layout, with {@code annotations/instances_train….json} and, for
 *     validation, {@code instances_val….json}
 * @param trunk a preset's name or a network's fields as JSON; if empty, the trunk of the start
 *     weights
 * @param form form of pyramid and heads, unless the start weights are a detector's
 * @param recipe a name of {@link DetectionRecipe#NAMES}, or a file
 * @param changes fields of the recipe to override
 * @param startWeights initial weights: those of a detector, or those of a classifier, of which only
 *     the trunk is used
 * @param seed seed of all random numbers
 * @param validateEvery epochs from one validation to the next
 */
public record DetectionRequest(
    Path data,
    Optional<String> trunk,
    FasterRcnn.Form form,
    String recipe,
    Map<String, String> changes,
    Optional<Path> startWeights,
    long seed,
    int validateEvery) {

  /**
   * The arguments of a trainer.
   *
   * @param objective the training objective
   * @param weights the initial values of all networks
   */
  public record Prepared(DetectionObjective objective, Map<String, Tensor> weights) {}

  /** A detector and values for a part of its parameters. */
  private record Start(FasterRcnn detector, Map<String, Tensor> values, boolean withPredictor) {}

  /**
   * Opens the data, resolves the recipe and creates the initial weights.
   *
   * @throws IllegalArgumentException if a name or a value is wrong
   * @throws IOException if the data or the start weights cannot be read
   */
  public Prepared prepare() throws IOException {
    DetectionRecipe resolved = DetectionRecipe.of(recipe).with(changes);
    DetectionSets sets = DetectionSets.open(data);
    List<String> classes =
        sets.training().annotations().categories().stream().map(Category::name).toList();
    Start start = start(classes, resolved);
    DetectionRun run =
        new DetectionRun(
            start.detector(),
            resolved,
            seed,
            data.toString(),
            startWeights.map(Path::toString).orElse(""),
            validateEvery,
            classes,
            sets.counts(),
            sets.examples().checksum());
    Map<String, Tensor> fresh = DetectorInitialiser.initialise(start.detector(), seed);
    return new Prepared(
        new DetectionObjective(run, sets),
        DetectorInitialiser.transfer(fresh, start.values(), start.withPredictor()));
  }

  private Start start(List<String> classes, DetectionRecipe resolved) throws IOException {
    int count = classes.size() + 1;
    if (startWeights.isEmpty()) {
      if (resolved.frozen().frozenNorms() || resolved.frozen().trainableStages() < 5) {
        throw new IllegalArgumentException(
            "recipe %s freezes a part of the trunk, which needs trained weights: give --weights, or"
                    .formatted(resolved.name())
                + " --set frozen.trainableStages=5 --set frozen.frozenNorms=false");
      }
      ResNeXt network =
          trunk
              .map(Recipe::model)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "a detector needs a trunk to be named, or weights to begin with"));
      return new Start(FasterRcnn.of(network, form, count), Map.of(), false);
    }
    Path file = startWeights.get();
    if (DetectorFile.isDetector(file)) {
      DetectorFile trained = DetectorFile.load(file);
      List<String> names = trained.classNames().subList(1, trained.classNames().size());
      return new Start(
          trained.detector().withClasses(count), trained.tensors(), names.equals(classes));
    }
    ModelFile classifier = ModelFile.load(file);
    ResNeXt network = trunk.map(Recipe::model).orElse(classifier.model());
    if (!network.withClasses(1).equals(classifier.model().withClasses(1))) {
      throw new IllegalArgumentException(
          "%s holds %s, but %s was asked for"
              .formatted(file, classifier.model().name(), network.name()));
    }
    FasterRcnn detector = FasterRcnn.of(network, form, count);
    return new Start(detector, detector.trunkTensors(classifier.weights().tensors()), false);
  }
}
