package org.resnext4j.serving.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.resnext4j.models.BlockKind;
import org.resnext4j.models.CardinalitySolver;
import org.resnext4j.models.CardinalitySolver.Choice;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.serving.http.Reply;
import org.resnext4j.serving.http.RequestException;

/**
 * Computes the numbers of the page's cardinality explorer: the paper's Table 2 for any cardinality
 * and any network of bottleneck blocks.
 */
public final class Explorer {

  private static final int MAX_CARDINALITY = 512;

  private Explorer() {}

  /**
   * A solution of Table 2.
   *
   * @param like the network that sets the complexity
   * @param model the network with equal complexity
   * @param cardinality cardinality C
   * @param width bottleneck width d, the channels of one path
   * @param exactWidth the real-valued width for exactly equal complexity
   * @param groupWidth C · d
   * @param channels channels of the map between blocks in the first stage
   * @param blockParameters parameters of a block in the first stage
   * @param blockMultiplyAdds multiply-adds of a block in the first stage
   * @param parameters parameters of the whole network
   * @param multiplyAdds multiply-adds of the whole network
   * @param stages stem, stages and head, in order
   */
  public record Answer(
      String like,
      String model,
      int cardinality,
      int width,
      double exactWidth,
      int groupWidth,
      int channels,
      long blockParameters,
      long blockMultiplyAdds,
      long parameters,
      long multiplyAdds,
      List<Stage> stages) {}

  /**
   * A part of the network.
   *
   * @param name {@code stem}, {@code layer1} …, {@code head}
   * @param blocks number of blocks, 0 for stem and head
   * @param output {@code [height, width, channels]}
   * @param cardinality cardinality C, 0 for stem and head
   * @param width channels of one path, 0 for stem and head
   * @param parameters parameters of all its layers
   * @param multiplyAdds multiply-adds of all its layers
   */
  public record Stage(
      String name,
      int blocks,
      List<Integer> output,
      int cardinality,
      int width,
      long parameters,
      long multiplyAdds) {}

  /** Names of the networks that the explorer accepts. */
  static List<String> models() {
    return Presets.all().stream()
        .filter(model -> model.kind() == BlockKind.BOTTLENECK)
        .map(ResNeXt::name)
        .toList();
  }

  /**
   * Solves Table 2 for a cardinality: finds the network of equal complexity.
   *
   * @throws RequestException with status 400 if there is no such network
   */
  public static Answer solve(String like, int cardinality) {
    if (cardinality < 1 || cardinality > MAX_CARDINALITY) {
      throw new RequestException(
          400, "cardinality must be 1 to %d, but was %d".formatted(MAX_CARDINALITY, cardinality));
    }
    try {
      Choice choice = CardinalitySolver.solve(ResNeXt.preset(like), cardinality);
      return answer(like, choice);
    } catch (IllegalArgumentException e) {
      throw new RequestException(400, e.getMessage(), e);
    }
  }

  /** The networks that the explorer accepts, and the paper's Table 2 for its cardinalities. */
  public static Map<String, Object> overview(String like) {
    List<Answer> table =
        Stream.of(1, 2, 4, 8, 32).map(cardinality -> solve(like, cardinality)).toList();
    return Reply.ordered(
        "models", models(), "mostCardinality", MAX_CARDINALITY, "like", like, "table", table);
  }

  private static Answer answer(String like, Choice choice) {
    ResNeXt model = choice.model();
    Complexity complexity = Complexity.of(model);
    List<Stage> stages = new ArrayList<>();
    int stage = 0;
    for (Complexity.Part part : complexity.parts(Complexity.Level.STAGE)) {
      boolean blocks = part.name().startsWith("layer");
      stages.add(
          new Stage(
              part.name(),
              blocks ? model.stages().get(stage) : 0,
              List.of(part.output().height(), part.output().width(), part.output().channels()),
              blocks ? model.cardinality() : 0,
              blocks ? model.pathWidth(stage) : 0,
              part.parameters(),
              part.multiplyAdds()));
      stage += blocks ? 1 : 0;
    }
    return new Answer(
        like,
        model.name(),
        choice.cardinality(),
        choice.width(),
        choice.exactWidth(),
        choice.groupWidth(),
        model.stageChannels(0),
        choice.blockParameters(),
        choice.blockMultiplyAdds(),
        complexity.parameters(),
        complexity.multiplyAdds(),
        stages);
  }
}
