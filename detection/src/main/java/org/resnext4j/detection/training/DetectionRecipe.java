package org.resnext4j.detection.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.resnext4j.detection.loss.LearningOptions;
import org.resnext4j.detection.network.FrozenParts;
import org.resnext4j.detection.network.ProposalOptions;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.recipe.RecipeJson;
import org.resnext4j.vision.text.TextFile;

/**
 * A recipe for training a detector, as data. It holds every option that determines the result,
 * except the data, the network and the seed. Its file is a JSON object with these fields.
 *
 * @param name name of the recipe
 * @param loop steps, learning rate and optimiser
 * @param pictures preparation of pictures
 * @param frozen parts of the trunk that do not train
 * @param proposals bounds on the proposals from which the box head learns
 * @param learning options that choose the heads' training samples
 */
public record DetectionRecipe(
    String name,
    LoopOptions loop,
    Pictures pictures,
    FrozenParts frozen,
    ProposalOptions proposals,
    LearningOptions learning) {

  /** Names of the recipes that this software includes. */
  public static final List<String> NAMES =
      List.of("torchvision", "detectron2-1x", "detectron2-3x", "fine-tune-detection");

  /** Checks the fields that all tasks have in common. */
  public DetectionRecipe {
    loop.check("loop.");
    if (loop.repetitions() != 1) {
      throw new IllegalArgumentException(
          "loop.repetitions must be 1 for a detector, but was " + loop.repetitions());
    }
  }

  /**
   * The preparation of pictures.
   *
   * @param shorterSides lengths in pixels; training draws one of them for the shorter side of each
   *     picture (scale jitter), and validation uses the last
   * @param longerSide largest length of the longer side, in pixels
   * @param flip probability that picture and boxes are mirrored left to right
   * @param groupByAspect whether tall and wide pictures have separate batches, which need less
   *     padding
   */
  public record Pictures(
      List<Integer> shorterSides, int longerSide, double flip, boolean groupByAspect) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no side, a side is not from 1 to the longer
     *     side, or the probability is not from 0 to 1
     */
    public Pictures {
      shorterSides = List.copyOf(shorterSides);
      int longest = longerSide;
      if (shorterSides.isEmpty()
          || shorterSides.stream().anyMatch(side -> side < 1 || side > longest)) {
        throw new IllegalArgumentException(
            "pictures.shorterSides must be from 1 to the longer side of %d, but are %s"
                .formatted(longerSide, shorterSides));
      }
      if (!(flip >= 0 && flip <= 1)) {
        throw new IllegalArgumentException("pictures.flip must be from 0 to 1, but was " + flip);
      }
    }
  }

  /**
   * Returns a recipe by its name, or reads it from a JSON file.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if no recipe has the name, or the file holds no recipe
   */
  public static DetectionRecipe of(String nameOrFile) throws IOException {
    Path file = Path.of(nameOrFile);
    if (nameOrFile.endsWith(".json") && Files.exists(file)) {
      return RecipeJson.read(TextFile.read(file), DetectionRecipe.class, nameOrFile);
    }
    if (!NAMES.contains(nameOrFile)) {
      throw new IllegalArgumentException(
          "there is no detection recipe named '%s'; there are %s"
              .formatted(nameOrFile, String.join(", ", NAMES)));
    }
    try (InputStream stream =
        Objects.requireNonNull(DetectionRecipe.class.getResourceAsStream(nameOrFile + ".json"))) {
      String json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return RecipeJson.read(json, DetectionRecipe.class, nameOrFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * This recipe with changed fields, such as {@code loop.epochs} or {@code pictures.flip}.
   *
   * @throws IllegalArgumentException if a field does not exist or cannot have the value
   */
  public DetectionRecipe with(Map<String, String> changes) {
    return RecipeJson.with(this, DetectionRecipe.class, name, changes);
  }
}
