package org.resnext4j.training.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Variant;
import org.resnext4j.training.input.AugmentationStep;
import org.resnext4j.training.input.Mixing;
import org.resnext4j.training.optimiser.Schedule;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.text.JsonText;
import org.resnext4j.vision.text.TextFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a network is trained, as data: every option that decides the result, except the data, the
 * network and the seed.
 *
 * <p>Recipes are JSON objects with these fields. {@link #named} knows those that come with the
 * software, {@link #with} overrides fields, {@link #toJson} writes the whole.
 *
 * @param name what the recipe is called
 * @param model the network the recipe is made for, if it is made for one
 * @param epochs passes over the training pictures
 * @param batch pictures of one forward and backward pass
 * @param repetitions how often a picture comes in a row, each time augmented in another way; an
 *     epoch is no longer for it (repeated augmentation)
 * @param accumulation batches whose gradients are averaged for one step
 * @param learningRate the highest; the schedule multiplies it
 * @param schedule how the learning rate runs
 * @param optimiser momentum and weight decay
 * @param labelSmoothing share of each target spread over all classes
 * @param clipNorm longest gradient norm allowed, 0 for any
 * @param averageDecay decay of the moving average of weights, 0 for no average
 * @param averageEvery steps from one update of the average to the next
 * @param mixing mixup and CutMix
 * @param augmentations random changes of the pictures, in order
 * @param preprocessing mean, deviation and sizes of validation: {@code cifar}, {@code imagenet},
 *     {@code imagenet-v2}, their values as a JSON object, or {@code model}, which is resolved to
 *     those of the start weights or of the network's usual pictures
 * @param size side of the pictures that the network is trained and validated on, 0 for the
 *     preprocessing's
 * @param growth sizes that the training pictures have before they reach {@code size}; small ones
 *     make the first epochs cheap
 * @param freeze stages that are not trained: {@code stem}, {@code layer1}, ...; or {@code
 *     all-but-classifier}
 */
public record Recipe(
    String name,
    Optional<ResNeXt> model,
    int epochs,
    int batch,
    int repetitions,
    int accumulation,
    double learningRate,
    Schedule schedule,
    Sgd.Options optimiser,
    double labelSmoothing,
    double clipNorm,
    double averageDecay,
    int averageEvery,
    Mixing mixing,
    List<AugmentationStep> augmentations,
    String preprocessing,
    int size,
    List<Growth> growth,
    List<String> freeze) {

  /** Names of the recipes that come with the software. */
  public static final List<String> NAMES =
      List.of("paper-imagenet", "paper-cifar", "torchvision-v2", "fine-tune", "bundled");

  /** The preprocessing that is resolved to that of the model. */
  public static final String OF_MODEL = "model";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Checks the ranges. */
  public Recipe {
    augmentations = List.copyOf(augmentations);
    freeze = List.copyOf(freeze);
    growth = List.copyOf(growth);
    atLeast("epochs", epochs, 1);
    atLeast("batch", batch, 1);
    atLeast("repetitions", repetitions, 1);
    atLeast("accumulation", accumulation, 1);
    atLeast("averageEvery", averageEvery, 1);
    atLeast("size", size, 0);
    atLeast("clipNorm", clipNorm, 0);
    if (!(learningRate > 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException("learningRate must be above 0, but was " + learningRate);
    }
    if (!(averageDecay >= 0 && averageDecay < 1)) {
      throw new IllegalArgumentException(
          "averageDecay must be at least 0 and below 1, but was " + averageDecay);
    }
  }

  private static void atLeast(String what, double value, int least) {
    if (!(value >= least)) {
      throw new IllegalArgumentException(
          "%s must be at least %d, but was %s".formatted(what, least, value));
    }
  }

  /**
   * A recipe that comes with the software.
   *
   * @throws IllegalArgumentException if none has the name
   */
  public static Recipe named(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "there is no recipe named '%s'; there are %s".formatted(name, String.join(", ", NAMES)));
    }
    try (InputStream in = Recipe.class.getResourceAsStream(name + ".json")) {
      return parse(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a recipe from a file, such as the one a run wrote.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is not a recipe
   */
  public static Recipe read(Path file) throws IOException {
    return parse(TextFile.read(file), file.toString());
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @param source named in messages
   * @throws IllegalArgumentException if it is not a recipe
   */
  public static Recipe parse(String json, String source) {
    try {
      JsonNode tree = JSON.readTree(json);
      return JSON.treeToValue(withVariant(tree, tree.path("model")), Recipe.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(source, JsonText.problem(e)), e);
    }
  }

  /**
   * This recipe with some fields changed.
   *
   * @param changes values as JSON (a bare word counts as text) by field, a field within another
   *     after a dot: {@code epochs=10}, {@code optimiser.momentum=0.8}
   * @throws IllegalArgumentException if there is no such field or it cannot have the value
   */
  public Recipe with(Map<String, String> changes) {
    ObjectNode tree = JSON.valueToTree(this);
    changes.forEach((path, value) -> set(tree, path, value));
    try {
      return JSON.treeToValue(tree, Recipe.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(name, JsonText.problem(e)), e);
    }
  }

  private void set(ObjectNode tree, String path, String value) {
    ObjectNode node = tree;
    String[] steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      if (!(node.path(steps[i]) instanceof ObjectNode inner)) {
        throw unknown(path);
      }
      node = inner;
    }
    String field = steps[steps.length - 1];
    if (!node.has(field)) {
      throw unknown(path);
    }
    node.set(field, json(value));
  }

  private IllegalArgumentException unknown(String path) {
    return new IllegalArgumentException(
        "recipe %s has no field '%s'; its fields are %s"
            .formatted(name, path, JSON.valueToTree(this).propertyNames()));
  }

  private static JsonNode json(String value) {
    try {
      return JSON.readTree(value);
    } catch (JacksonException e) {
      return JSON.getNodeFactory().stringNode(value);
    }
  }

  /**
   * The network of a preset's name, or of its fields as a JSON object.
   *
   * @throws IllegalArgumentException if there is no such network
   */
  public static ResNeXt model(String nameOrFields) {
    if (!nameOrFields.stripLeading().startsWith("{")) {
      return ResNeXt.preset(nameOrFields);
    }
    try {
      JsonNode given = JSON.readTree(nameOrFields);
      withVariant(given, given);
      List<String> fields =
          Arrays.stream(ResNeXt.class.getRecordComponents()).map(RecordComponent::getName).toList();
      List<String> missing = fields.stream().filter(field -> !given.has(field)).toList();
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "model %s: it lacks %s; a network has the fields %s"
                .formatted(nameOrFields, String.join(", ", missing), String.join(", ", fields)));
      }
      return JSON.treeToValue(given, ResNeXt.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("model " + nameOrFields + ": " + JsonText.problem(e), e);
    }
  }

  /**
   * A document whose network gets the paper's blocks, if it is from before networks had variants.
   */
  private static JsonNode withVariant(JsonNode document, JsonNode network) {
    if (network instanceof ObjectNode fields && !fields.has("variant")) {
      fields.set("variant", JSON.valueToTree(Variant.PAPER));
    }
    return document;
  }

  /** This recipe with the preprocessing of a model. */
  public Recipe withPreprocessing(Preprocessing values) {
    ObjectNode tree = JSON.valueToTree(this);
    tree.put("preprocessing", values.toJson());
    return JSON.treeToValue(tree, Recipe.class);
  }

  /**
   * This recipe with what a network is usually shown, if it leaves the preprocessing to the model;
   * a network of grey pictures gets a mean and a deviation of grey.
   */
  public Recipe forNetwork(ResNeXt network) {
    if (preprocessing.equals(OF_MODEL)) {
      Preprocessing usual =
          network.stem().isForImageNet() ? Preprocessing.imagenet() : Preprocessing.cifar();
      return withPreprocessing(usual.withChannels(network.inputChannels()));
    }
    Preprocessing named = resolvedPreprocessing();
    return named.channels() == network.inputChannels()
        ? this
        : withPreprocessing(named.withChannels(network.inputChannels()));
  }

  /** The whole recipe as JSON. */
  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /** The preprocessing of this recipe, at its size. */
  public Preprocessing resolvedPreprocessing() {
    Preprocessing base =
        switch (preprocessing) {
          case "cifar" -> Preprocessing.cifar();
          case "imagenet" -> Preprocessing.imagenet();
          case "imagenet-v2" -> Preprocessing.imagenetV2();
          case String json when json.startsWith("{") -> Preprocessing.fromJson(json);
          default ->
              throw new IllegalArgumentException(
                  "recipe %s: preprocessing must be cifar, imagenet, imagenet-v2 or a JSON object, but was '%s'"
                      .formatted(name, preprocessing));
        };
    return size == 0
        ? base
        : base.withSizes(Math.round((float) base.resize() * size / base.crop()), size);
  }

  /**
   * Side of the training pictures in an epoch.
   *
   * @param epoch from 0
   */
  public int trainingSize(int epoch) {
    return growth.stream()
        .filter(stage -> epoch < stage.until() * epochs)
        .mapToInt(Growth::size)
        .findFirst()
        .orElseGet(() -> resolvedPreprocessing().crop());
  }

  /** What of this recipe every task shares. */
  public LoopOptions loop() {
    return new LoopOptions(
        epochs,
        batch,
        repetitions,
        accumulation,
        learningRate,
        schedule,
        optimiser,
        clipNorm,
        averageDecay,
        averageEvery);
  }

  /** Whether an augmentation resizes pictures to the network's size itself. */
  public boolean cropsToAnySize() {
    return augmentations.stream()
        .anyMatch(step ->
            step instanceof AugmentationStep.ResizedCrop || step instanceof AugmentationStep.Fit);
  }

  /** The augmentations for pictures that are smaller in a proportion. */
  public List<AugmentationStep> augmentationsAt(double proportion) {
    return augmentations.stream().map(change -> change.scaled(proportion)).toList();
  }

  /**
   * A first part of a training with smaller pictures.
   *
   * @param until share of all epochs after which the part ends
   * @param size side of the pictures
   */
  public record Growth(double until, int size) {

    /** Checks the ranges. */
    public Growth {
      atLeast("growth.size", size, 1);
      if (!(until > 0 && until <= 1)) {
        throw new IllegalArgumentException(
            "growth.until must be above 0 and at most 1, but was " + until);
      }
    }
  }

  /** Whether the parameter of a full name, such as {@code layer1.0.conv1.weight}, is frozen. */
  public Predicate<String> frozen() {
    return Freezing.predicate(freeze);
  }
}
