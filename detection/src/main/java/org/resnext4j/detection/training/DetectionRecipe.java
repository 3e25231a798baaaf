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
 * How a detector is trained, as data: every option that decides the result, except the data, the
 * network and the seed. A recipe is a JSON object with these fields.
 *
 * @param name of the recipe
 * @param loop steps, learning rate and optimiser
 * @param pictures how pictures are prepared
 * @param frozen parts of the trunk that do not train
 * @param proposals how many proposals the box head chooses from
 * @param learning what the heads learn from
 */
public record DetectionRecipe(
    String name,
    LoopOptions loop,
    Pictures pictures,
    FrozenParts frozen,
    ProposalOptions proposals,
    LearningOptions learning) {

  /** Names of the recipes that come with the software. */
  public static final List<String> NAMES =
      List.of("torchvision", "detectron2-1x", "detectron2-3x", "fine-tune-detection");

  /** Checks what is common to all tasks. */
  public DetectionRecipe {
    atLeastOne("loop.epochs", loop.epochs());
    atLeastOne("loop.batch", loop.batch());
    atLeastOne("loop.accumulation", loop.accumulation());
    if (loop.repetitions() != 1) {
      throw new IllegalArgumentException(
          "loop.repetitions must be 1 for a detector, but was " + loop.repetitions());
    }
    if (!(loop.learningRate() > 0 && Double.isFinite(loop.learningRate()))) {
      throw new IllegalArgumentException(
          "loop.learningRate must be above 0, but was " + loop.learningRate());
    }
  }

  /**
   * How pictures are prepared.
   *
   * @param shorterSides lengths in pixels, one of which the shorter side of a picture gets by
   *     chance (scale jitter); one length alone for validation, the last
   * @param longerSide largest length of the longer side
   * @param flip probability that picture and boxes are mirrored left to right
   * @param groupByAspect whether tall and wide pictures come in batches of their own, which need
   *     less padding
   */
  public record Pictures(
      List<Integer> shorterSides, int longerSide, double flip, boolean groupByAspect) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no side, one is not from 1 to the longer side,
     *     or the probability is not from 0 to 1
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

  private static void atLeastOne(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " must be at least 1, but was " + value);
    }
  }

  /**
   * A recipe by its name, or from a JSON file.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if no recipe has the name, or the file holds none
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
   * This recipe with some fields changed, such as {@code loop.epochs} or {@code pictures.flip}.
   *
   * @throws IllegalArgumentException if there is no such field or it cannot have the value
   */
  public DetectionRecipe with(Map<String, String> changes) {
    return RecipeJson.with(this, DetectionRecipe.class, name, changes);
  }
}
