package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.ResNeXt;

/** Makes a checked model of what a weight file holds. */
final class ModelLoader {

  private static final String CLASSIFIER = "fc.weight";
  private static final String CLASSIFIER_BIAS = "fc.bias";

  private ModelLoader() {}

  static ModelFile load(Path path, LoadOptions options) throws IOException {
    try (WeightFile file = WeightFiles.open(path, options.part())) {
      ResNeXt stored = network(file, options);
      Graph storedGraph = graph(file, stored);
      SequencedMap<String, Tensor> tensors = read(file, storedGraph);
      ResNeXt model = stored;
      Graph graph = storedGraph;
      if (options.newClasses().isPresent()) {
        model = stored.withClasses(options.newClasses().getAsInt());
        graph = model.graph();
        replaceClassifier(graph, tensors, options.seed());
      }
      Weights weights;
      try {
        weights = Weights.of(graph, tensors);
      } catch (IllegalArgumentException e) {
        throw new WeightFileException(path, "as %s, %s".formatted(model.name(), e.getMessage()), e);
      }
      ModelCard card = ModelMetadata.card(file, stored);
      return new ModelFile(model, weights, fitting(card, options.newClasses()));
    }
  }

  /** A replaced classifier's classes are not those that the labels name. */
  private static ModelCard fitting(ModelCard card, OptionalInt newClasses) {
    return newClasses.isEmpty()
        ? card
        : new ModelCard(card.model(), List.of(), card.preprocessingJson(), card.provenance());
  }

  /** The network given, else the one that the metadata names, else the one recognised. */
  private static ResNeXt network(WeightFile file, LoadOptions options) throws WeightFileException {
    OptionalInt classes = classes(file);
    if (options.model().isPresent()) {
      ResNeXt given = options.model().get();
      return classes.isPresent() ? given.withClasses(classes.getAsInt()) : given;
    }
    Optional<ResNeXt> named = ModelMetadata.model(file, classes.orElse(1));
    if (named.isPresent()) {
      return named.get();
    }
    return ModelRecognition.recognise(file.tensors().values())
        .orElseThrow(() ->
            new WeightFileException(
                file.path(),
                "its %d tensors look like no network of the family; name the model to see what differs"
                    .formatted(file.tensors().size())));
  }

  /** Rows of the classifier in the file. */
  private static OptionalInt classes(WeightFile file) {
    return file.tensors().values().stream()
        .filter(tensor -> ParameterNames.torchvision(tensor.name()).equals(CLASSIFIER))
        .filter(tensor -> tensor.shape().size() == 2 && tensor.shape().getFirst() > 0)
        .mapToInt(tensor -> tensor.shape().getFirst())
        .findFirst();
  }

  /** The graph of a network that a file may describe but must not let grow beyond its tensors. */
  private static Graph graph(WeightFile file, ResNeXt model) throws WeightFileException {
    long paths = model.form() == BlockForm.GROUPED ? 1 : model.cardinality();
    long blocks = model.stages().stream().mapToLong(Integer::longValue).sum();
    if (blocks * paths > file.tensors().size()) {
      throw new WeightFileException(
          file.path(),
          "as %s, it must hold weights of %d blocks of %d paths, but has %d tensors"
              .formatted(model.name(), blocks, paths, file.tensors().size()));
    }
    try {
      return model.graph();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightFileException(
          file.path(), "its network cannot be built: " + e.getMessage(), e);
    }
  }

  /** All tensors by torchvision's names; those that fit a parameter but for ones are reshaped. */
  private static SequencedMap<String, Tensor> read(WeightFile file, Graph graph)
      throws WeightFileException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String stored : file.tensors().keySet()) {
      String name = ParameterNames.torchvision(stored);
      // A step counter is of no use; what is unexpected is read too, to be listed with its shape.
      if (!graph.parameters().containsKey(name) && name.endsWith("num_batches_tracked")) {
        continue;
      }
      if (tensors.put(name, file.read(stored)) != null) {
        throw new WeightFileException(
            file.path(), "two tensors stand for '%s', one of them '%s'".formatted(name, stored));
      }
    }
    return tensors;
  }

  /** Fresh values as PyTorch draws them: uniform within 1 / sqrt(inputs). */
  private static void replaceClassifier(
      Graph graph, SequencedMap<String, Tensor> tensors, long seed) {
    Tensor weight = Tensor.zeros(graph.parameters().get(CLASSIFIER).shape());
    Tensor bias = Tensor.zeros(graph.parameters().get(CLASSIFIER_BIAS).shape());
    double bound = 1 / Math.sqrt(weight.shape().get(1));
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < weight.values().length; i++) {
      weight.values()[i] = (float) random.nextDouble(-bound, bound);
    }
    tensors.put(CLASSIFIER, weight);
    tensors.put(CLASSIFIER_BIAS, bias);
  }
}
