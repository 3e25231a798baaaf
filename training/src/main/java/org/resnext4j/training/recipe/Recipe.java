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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recipe: all options of a training that decide its result, except the data, the network and the
 * seed.
 *
 * <p>A recipe is a JSON object with these fields. {@link #named} returns a recipe that comes with
 * the software, {@link #with} changes fields, and {@link #toJson} writes all fields.
 *
 * {@snippet :
 * Recipe short10 = Recipe.named("paper-cifar").with(Map.of("epochs", "10"));
 * int batch = short10.batch(); // 128
 * }
 *
 * @param name name of the recipe
 * @param model network that the recipe is meant for, if it is meant for one
 * @param epochs number of passes over the training pictures
 * @param batch number of pictures in one forward and backward pass
 * @param repetitions number of times that a picture comes in a row, each time with another
 *     augmentation (repeated augmentation); the length of an epoch stays the same
 * @param accumulation number of batches whose gradients one step averages
 * @param learningRate highest learning rate, which the schedule multiplies
 * @param schedule the learning rate schedule
 * @param optimiser momentum and weight decay
 * @param labelSmoothing share of each target that label smoothing spreads over all classes
 * @param clipNorm largest gradient norm, 0 for no limit
 * @param averageDecay decay of the moving average of weights, 0 for no average
 * @param averageEvery number of steps between updates of the average
 * @param mixing mixup and CutMix
 * @param augmentations random changes of the pictures, in order
 * @param preprocessing mean, deviation and sizes of validation: {@code cifar}, {@code imagenet},
 *     {@code imagenet-v2}, a JSON object with the values, or {@code model}, which stands for those
 *     of the start weights or of the network's usual pictures
 * @param size side of training and validation pictures, 0 for the side in the preprocessing
 * @param growth smaller sides of the training pictures in the first epochs, which make these cheap
 * @param freeze frozen stages: {@code stem}, {@code layer1}, ...; or {@code all-but-classifier}
 * @param reading limits of the picture files; {@link Reading#DEFAULT} if a recipe does not hold it
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
    List<String> freeze,
    Reading reading) {

  /** Names of the recipes that come with the software. */
  public static final List<String> NAMES =
      List.of("paper-imagenet", "paper-cifar", "torchvision-v2", "fine-tune", "bundled");

  /** The preprocessing that stands for the model's. */
  public static final String OF_MODEL = "model";

  private static final JsonMapper JSON = RecipeJson.MAPPER;

  /** Checks the ranges. */
  public Recipe {
    augmentations = List.copyOf(augmentations);
    freeze = List.copyOf(freeze);
    growth = List.copyOf(growth);
    LoopOptions.atLeast("size", size, 0);
    new LoopOptions(
            epochs,
            batch,
            repetitions,
            accumulation,
            learningRate,
            schedule,
            optimiser,
            clipNorm,
            averageDecay,
            averageEvery)
        .check("");
  }

  /**
   * A recipe that comes with the software.
   *
   * @throws IllegalArgumentException if no recipe has the name
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
   * Reads a recipe from a file, such as a run's {@code recipe.json}.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the file is not a recipe
   */
  public static Recipe read(Path file) throws IOException {
    return parse(TextFile.read(file), file.toString());
  }

  /**
   * Reads a recipe from JSON.
   *
   * @param json the text
   * @param source name of the text's source for messages
   * @throws IllegalArgumentException if the text is not a recipe
   */
  public static Recipe parse(String json, String source) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (tree instanceof ObjectNode fields) {
        addVariant(fields.path("model"));
        addMissing(fields, "reading", Reading.DEFAULT);
      }
      return JSON.treeToValue(tree, Recipe.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("recipe %s: %s".formatted(source, JsonText.problem(e)), e);
    }
  }

  /**
   * Changes fields of this recipe.
   *
   * @param changes new values as JSON by field; a bare word is a string, and a dot leads to an
   *     inner field: {@code epochs=10}, {@code optimiser.momentum=0.8}
   * @throws IllegalArgumentException if a field does not exist or cannot hold the value
   */
  public Recipe with(Map<String, String> changes) {
    return RecipeJson.with(this, Recipe.class, name, changes);
  }

  /**
   * A network by the name of its preset, or by its fields as a JSON object.
   *
   * @throws IllegalArgumentException if there is no such network
   */
  public static ResNeXt model(String nameOrFields) {
    if (!nameOrFields.stripLeading().startsWith("{")) {
      return ResNeXt.preset(nameOrFields);
    }
    try {
      JsonNode given = JSON.readTree(nameOrFields);
      addVariant(given);
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

  /** Networks of older recipes have no variant; they are the paper's. */
  private static void addVariant(JsonNode network) {
    if (network instanceof ObjectNode fields) {
      addMissing(fields, "variant", Variant.PAPER);
    }
  }

  private static void addMissing(ObjectNode fields, String name, Object value) {
    if (!fields.has(name)) {
      fields.set(name, JSON.valueToTree(value));
    }
  }

  /** This recipe with another preprocessing. */
  public Recipe withPreprocessing(Preprocessing values) {
    ObjectNode tree = JSON.valueToTree(this);
    tree.put("preprocessing", values.toJson());
    return JSON.treeToValue(tree, Recipe.class);
  }

  /**
   * This recipe with a preprocessing for a network. A recipe that leaves the preprocessing to the
   * model gets the usual one of the network's stem. A network of grey pictures gets a mean and a
   * deviation of grey.
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

  /** All fields as JSON. */
  public String toJson() {
    return RecipeJson.write(this);
  }

  /**
   * The preprocessing of this recipe, with the side of {@link #size}.
   *
   * @throws IllegalArgumentException if no preprocessing has the name
   */
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
   * The side of the training pictures in an epoch, in pixels.
   *
   * @param epoch the epoch, counted from 0
   */
  public int trainingSize(int epoch) {
    return growth.stream()
        .filter(stage -> epoch < stage.until() * epochs)
        .mapToInt(Growth::size)
        .findFirst()
        .orElseGet(() -> resolvedPreprocessing().crop());
  }

  /** The fields that all tasks share. */
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

  /** Whether an augmentation resizes pictures to the network's size. */
  public boolean cropsToAnySize() {
    return augmentations.stream()
        .anyMatch(step ->
            step instanceof AugmentationStep.ResizedCrop || step instanceof AugmentationStep.Fit);
  }

  /** The augmentations for pictures of another size, scaled by the proportion. */
  public List<AugmentationStep> augmentationsAt(double proportion) {
    return augmentations.stream().map(change -> change.scaled(proportion)).toList();
  }

  /**
   * A part of a training with smaller pictures.
   *
   * @param until share of all epochs at which the part ends, above 0 and at most 1
   * @param size side of the pictures, in pixels
   */
  public record Growth(double until, int size) {

    /** Checks the ranges. */
    public Growth {
      LoopOptions.atLeast("growth.size", size, 1);
      if (!(until > 0 && until <= 1)) {
        throw new IllegalArgumentException(
            "growth.until must be above 0 and at most 1, but was " + until);
      }
    }
  }

  /** Tells frozen parameters by their full names, such as {@code layer1.0.conv1.weight}. */
  public Predicate<String> frozen() {
    return Freezing.predicate(freeze);
  }
}
