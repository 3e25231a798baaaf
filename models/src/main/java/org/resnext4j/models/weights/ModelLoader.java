package org.resnext4j.models.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.HeapRoom;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.BlockForms;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.weights.naming.LookAlikes;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.naming.NetworkSearch;
import org.resnext4j.models.weights.naming.ParameterNames;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/** Loads a model from a weight file and checks its tensors. */
final class ModelLoader {

  private static final String CLASSIFIER = "fc.weight";

  /** The most names that an error lists. */
  private static final int MOST_NAMES = 8;

  private ModelLoader() {}

  static ModelFile load(Path path, LoadOptions options) throws IOException {
    try (WeightFile file = WeightFiles.open(path, options.part(), options.preferAveraged())) {
      Chosen chosen = network(file, options);
      ResNeXt stored = chosen.model();
      List<String> notes = notes(file, chosen);
      OptionalInt fresh = freshClasses(file, options);
      if (fresh.isPresent() && options.keepsClassifier()) {
        notes.add(
            "%s: a fresh classifier of %d classes is added: the network has none that can be read"
                .formatted(path, fresh.getAsInt()));
      }
      Graph storedGraph = graph(file, stored);
      requireMemory(file);
      SequencedMap<String, Tensor> tensors = read(file, storedGraph, fresh.isPresent());
      ResNeXt model = stored;
      Graph graph = storedGraph;
      if (fresh.isPresent()) {
        model = stored.withClasses(fresh.getAsInt());
        graph = model.graph();
        replaceClassifier(model, tensors, options.seed());
      }
      Weights weights;
      try {
        weights = Weights.of(graph, tensors);
      } catch (IllegalArgumentException e) {
        throw new WeightFileException(
            path,
            "as %s, %s%s"
                .formatted(
                    model.name(), e.getMessage(), file.problem().map(why -> "; " + why).orElse("")),
            e);
      }
      ModelCard card = fitting(ModelMetadata.card(file, stored), fresh);
      if (file.format() == WeightFormat.TORCH7 && model.form() == BlockForm.CONCATENATED) {
        // The authors' form (b) computes the same function; the grouped form computes it faster.
        Weights grouped = BlockForms.toGrouped(model, weights, model.form());
        return new ModelFile(model.withForm(BlockForm.GROUPED), grouped, card, notes);
      }
      return new ModelFile(model, weights, card, notes);
    }
  }

  /**
   * Returns the number of classes of a new classifier; empty if the loader keeps the file's
   * classifier.
   */
  private static OptionalInt freshClasses(WeightFile file, LoadOptions options) {
    boolean present =
        file.network().map(found -> found.problem().isEmpty()).orElse(classes(file).isPresent());
    return options.keepsClassifier() && present ? OptionalInt.empty() : options.newClasses();
  }

  /**
   * Returns the card without its labels if a new classifier replaces the one that the labels
   * describe.
   */
  private static ModelCard fitting(ModelCard card, OptionalInt newClasses) {
    return newClasses.isEmpty()
        ? card
        : new ModelCard(card.model(), List.of(), card.preprocessingJson(), card.provenance());
  }

  /** A network, and a note on the reason for its choice if the tensors did not determine it. */
  private record Chosen(ResNeXt model, Optional<String> note) {}

  /**
   * Returns the given network, else the network that the metadata name, else the network recognised
   * from the tensors.
   */
  private static Chosen network(WeightFile file, LoadOptions options) throws WeightFileException {
    OptionalInt classes = classes(file);
    if (options.model().isPresent()) {
      ResNeXt given = options.model().get();
      return new Chosen(
          classes.isPresent() ? given.withClasses(classes.getAsInt()) : given, Optional.empty());
    }
    Optional<ResNeXt> named = ModelMetadata.model(file, classes.orElse(1));
    if (named.isPresent() && (!Files.isDirectory(file.path()) || isPlausible(named.get(), file))) {
      return new Chosen(named.get(), Optional.empty());
    }
    if (file.network().isPresent()) {
      NetworkSearch.Found found = file.network().get();
      if (found.network().isPresent()) {
        if (!found.problem().isEmpty() && options.newClasses().isEmpty()) {
          throw new WeightFileException(
              file.path(),
              "its tensors are those of %s, but %s"
                  .formatted(
                      found.network().get().name(),
                      file.problem()
                          .map(why -> "it has no classifier that can be read: " + why)
                          .orElse(found.problem() + "; a new classifier can be asked for")));
        }
        return decided(file, found.network().get());
      }
    }
    ResNeXt recognised =
        ModelRecognition.recognise(file.tensors().values())
            .orElseThrow(() ->
                new WeightFileException(
                    file.path(),
                    file.problem()
                        .map(why ->
                            "it holds no network of the family that can be read: %s; its tensors are named %s"
                                .formatted(why, names(file)))
                        .orElseGet(() ->
                            "its %d tensors look like no network of the family; they are named %s"
                                .formatted(file.tensors().size(), names(file)))));
    return decided(file, asInTorch7(file, recognised));
  }

  /**
   * Returns the network that the names of the file and its folder indicate, if other networks have
   * the same tensors.
   */
  private static Chosen decided(WeightFile file, ResNeXt recognised) throws WeightFileException {
    Path path = file.path().toAbsolutePath().normalize();
    List<String> names = new ArrayList<>();
    for (Path part = path; part != null && names.size() < 2; part = part.getParent()) {
      if (part.getFileName() != null) {
        names.add(part.getFileName().toString());
      }
    }
    LookAlikes.Decision decision = LookAlikes.decide(recognised, names);
    if (!decision.candidates().isEmpty()) {
      throw new WeightFileException(
          file.path(),
          "its tensors are those of %s, which differ in what has no weights; name the model"
              .formatted(decision.names()));
    }
    return new Chosen(decision.model(), decision.note());
  }

  /**
   * Returns whether the tensors have as many values as the network that a hub folder's
   * configuration names. Some authors change a network and keep the old configuration; in this case
   * the tensors determine the network.
   */
  private static boolean isPlausible(ResNeXt named, WeightFile file) {
    Optional<ResNeXt> told =
        file.network()
            .flatMap(NetworkSearch.Found::network)
            .or(() -> ModelRecognition.recognise(file.tensors().values()));
    return told.isEmpty() || values(told.get()) == values(named);
  }

  private static long values(ResNeXt model) {
    return model.graph().parameters().values().stream().mapToLong(Parameter::elements).sum();
  }

  /**
   * Returns the network with Torch7's shortcuts of type A, which append the zero channels at the
   * end. The tensors' shapes do not reveal the place of the zeros.
   */
  private static ResNeXt asInTorch7(WeightFile file, ResNeXt recognised) {
    boolean centred = recognised.shortcut() == Shortcut.CENTRED_ZERO_PADDING;
    return centred && file.format() == WeightFormat.TORCH7
        ? recognised.withShortcut(Shortcut.ZERO_PADDING)
        : recognised;
  }

  /** Returns the number of rows of the file's classifier, its classes. */
  private static OptionalInt classes(WeightFile file) {
    return file.tensors().values().stream()
        .filter(tensor -> ParameterNames.torchvision(tensor.name()).equals(CLASSIFIER))
        .filter(tensor -> tensor.shape().size() == 2 && tensor.shape().getFirst() > 0)
        .mapToInt(tensor -> tensor.shape().getFirst())
        .findFirst();
  }

  /**
   * Returns the graph of a network that a file describes. The graph must have no more blocks and
   * paths than the file has tensors, so a hostile description cannot exhaust the memory.
   */
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

  /**
   * Reads all tensors under torchvision's names. The method reshapes a tensor whose shape differs
   * from its parameter's only in dimensions of 1.
   */
  private static SequencedMap<String, Tensor> read(
      WeightFile file, Graph graph, boolean newClassifier) throws WeightFileException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (String stored : file.tensors().keySet()) {
      String name = ParameterNames.torchvision(stored);
      // The step counter is useless. An error lists all other unexpected tensors with their shapes.
      if (!graph.parameters().containsKey(name) && name.endsWith("num_batches_tracked")) {
        continue;
      }
      if (newClassifier && name.startsWith("fc.")) {
        continue;
      }
      if (tensors.put(name, checked(file, stored, graph.parameters().get(name))) != null) {
        throw new WeightFileException(
            file.path(), "two tensors stand for '%s', one of them '%s'".formatted(name, stored));
      }
    }
    Parameter bias = graph.parameters().get("fc.bias");
    if (!newClassifier && bias != null && tensors.containsKey(CLASSIFIER)) {
      // A classifier without a bias has a bias of zero.
      float[] zeros = new float[Math.toIntExact(bias.elements())];
      tensors.putIfAbsent("fc.bias", new Tensor(bias.shape(), zeros));
    }
    return tensors;
  }

  /** Returns a tensor's values; throws an exception if a network cannot compute with them. */
  private static Tensor checked(WeightFile file, String name, Parameter parameter)
      throws WeightFileException {
    TensorInfo info = file.tensors().get(name);
    if (parameter == null) { // The error lists it as unexpected.
      return file.read(name);
    }
    if (!info.type().isReal()) {
      throw new WeightFileException(
          file.path(),
          "tensor '%s' holds whole numbers (%s), not weights; quantised weights are not supported"
              .formatted(name, info.type()));
    }
    Tensor tensor = file.read(name);
    for (float value : tensor.values()) {
      if (!Float.isFinite(value)) {
        throw new WeightFileException(
            file.path(), "tensor '%s' holds %s, which is no weight".formatted(name, value));
      }
      if (value < 0 && name.endsWith("running_var")) {
        throw new WeightFileException(
            file.path(),
            "tensor '%s' holds %s, but a variance is not negative".formatted(name, value));
      }
    }
    boolean sameButOnes =
        !tensor.shape().equals(parameter.shape())
            && tensor.shape().stream()
                .filter(size -> size != 1)
                .toList()
                .equals(parameter.shape().stream().filter(size -> size != 1).toList());
    return sameButOnes ? new Tensor(parameter.shape(), tensor.values()) : tensor;
  }

  /** Requires heap space for all weights before the loader reads the first. */
  private static void requireMemory(WeightFile file) throws WeightFileException {
    long needed =
        file.tensors().values().stream().mapToLong(TensorInfo::elements).sum() * Float.BYTES;
    Optional<String> shortage = HeapRoom.shortage(needed);
    if (shortage.isPresent()) {
      throw new WeightFileException(file.path(), "its weights " + shortage.get());
    }
  }

  /** Returns the first names of the tensors, for an error. */
  private static String names(WeightFile file) {
    List<String> names = file.tensors().keySet().stream().limit(MOST_NAMES).toList();
    return String.join(", ", names) + (file.tensors().size() > names.size() ? ", …" : "");
  }

  /** Returns remarks for the user: the chosen network and the ignored tensors. */
  private static List<String> notes(WeightFile file, Chosen chosen) {
    List<String> notes = new ArrayList<>();
    chosen.note().ifPresent(note -> notes.add(file.path() + ": " + note));
    file.choice().ifPresent(choice -> notes.add(file.path() + ": " + choice));
    file.setAside().ifPresent(others -> notes.add(file.path() + ": " + others));
    return notes;
  }

  /** Replaces the file's classifier by an initialised one. */
  private static void replaceClassifier(
      ResNeXt model, SequencedMap<String, Tensor> tensors, long seed) {
    int channels = model.stageChannels(model.stages().size() - 1);
    Graph.Builder classifier = new Graph.Builder();
    Node features = classifier.add("features", new Op.Input(channels));
    classifier.add("fc", new Op.Linear(channels, model.classes()), features);
    tensors.putAll(Initialiser.PAPER.initialise(classifier.build(), seed).tensors());
  }
}
