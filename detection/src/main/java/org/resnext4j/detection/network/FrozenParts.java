package org.resnext4j.detection.network;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.resnext4j.engine.TrainingOptions;
import org.resnext4j.engine.graph.Parameter;

/**
 * The parts of a detector's trunk that do not train. Pyramid and heads always train.
 *
 * @param trainableStages number of stages of the trunk that train, counted from the last.
 *     torchvision's default of 3 freezes the stem and the first stage; 5 trains all stages and the
 *     stem
 * @param frozenNorms whether the trunk's batch norms are constants. They then normalise by their
 *     running statistics, and neither these statistics nor weight and bias change. Batches of two
 *     pictures are too small for statistics of their own
 */
public record FrozenParts(int trainableStages, boolean frozenNorms) {

  private static final List<String> PARTS =
      List.of("layer4.", "layer3.", "layer2.", "layer1.", "conv1.");

  /** torchvision's default for trunks that were trained on ImageNet. */
  public static final FrozenParts TORCHVISION = new FrozenParts(3, true);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if the number is not from 0 to 5
   */
  public FrozenParts {
    if (trainableStages < 0 || trainableStages > PARTS.size()) {
      throw new IllegalArgumentException(
          "a detector has 0 to %d trainable stages, but %d were asked for"
              .formatted(PARTS.size(), trainableStages));
    }
  }

  /** The engine's options for the graphs of a detector. */
  TrainingOptions options(FasterRcnn detector) {
    Set<String> norms =
        detector.pyramid().parameters().entrySet().stream()
            .filter(entry -> isOfNorm(entry.getValue()))
            .map(Map.Entry::getKey)
            .filter(name -> name.startsWith(FasterRcnn.TRUNK))
            .collect(Collectors.toSet());
    Predicate<String> frozenNorm = name -> frozenNorms && norms.contains(name);
    Predicate<String> frozen = frozenNorm.or(this::isOfFrozenStage);
    return TrainingOptions.defaults()
        .withFrozen(frozen)
        .withFixedStatistics(norm -> frozen.test(norm + ".weight") && frozen.test(norm + ".bias"));
  }

  private static boolean isOfNorm(Parameter parameter) {
    return parameter.role() == Parameter.Role.NORM_WEIGHT
        || parameter.role() == Parameter.Role.NORM_BIAS;
  }

  private boolean isOfFrozenStage(String name) {
    if (!name.startsWith(FasterRcnn.TRUNK)) {
      return false;
    }
    String own = name.substring(FasterRcnn.TRUNK.length());
    boolean stem = own.startsWith("bn1.");
    return stem
        ? trainableStages < PARTS.size()
        : PARTS.subList(0, trainableStages).stream().noneMatch(own::startsWith);
  }
}
