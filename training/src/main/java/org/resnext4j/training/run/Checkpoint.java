package org.resnext4j.training.run;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.TensorView;
import org.resnext4j.models.weights.ElementType;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFiles;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything a training needs to go on to the same bits: a safetensors file with the weights, the
 * optimiser's buffers and the average, and the position as metadata. The random state is the seed
 * and the position; the schedule is a function of the position.
 *
 * @param state position and counts
 * @param weights parameters and running statistics by name
 * @param momentum the optimiser's buffers by parameter; empty before the first step
 * @param average the moving average by name; empty without one
 */
public record Checkpoint(
    State state,
    Map<String, Tensor> weights,
    Map<String, Tensor> momentum,
    Map<String, Tensor> average) {

  private static final String STATE = "resnext4j.checkpoint";
  private static final String WEIGHTS = "weights/";
  private static final String MOMENTUM = "momentum/";
  private static final String AVERAGE = "average/";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  /**
   * Where a training stands.
   *
   * @param run what training this is of: {@link TrainingRun#fingerprint}
   * @param epoch epochs done
   * @param step steps done within the next epoch
   * @param updates steps done in all
   * @param lossSum sum of the losses of this epoch's batches
   * @param figures the task's means over this epoch so far, by name
   * @param bestScore highest headline figure of a validation so far; without meaning while {@code
   *     bestEpoch} is 0
   * @param bestEpoch epochs done when it was reached, 0 before the first validation
   * @param metricsLength bytes of the metrics file that belong to this state
   * @param eventsLength bytes of the event file that belong to this state
   * @param seconds time trained so far
   */
  public record State(
      String run,
      int epoch,
      int step,
      long updates,
      double lossSum,
      SequencedMap<String, Mean> figures,
      @JsonAlias("bestAccuracy") double bestScore,
      int bestEpoch,
      long metricsLength,
      long eventsLength,
      double seconds) {

    /** The state of a training that has not begun. */
    public static State start(String run) {
      return new State(run, 0, 0, 0, 0, new LinkedHashMap<>(), -1, 0, 0, 0, 0);
    }
  }

  /**
   * Writes the checkpoint, whole or not at all.
   *
   * @throws IOException if writing fails; the file is then as it was
   */
  public void write(Path file) throws IOException {
    SequencedMap<String, Supplier<Tensor>> tensors = new LinkedHashMap<>();
    weights.keySet().forEach(name -> tensors.put(WEIGHTS + name, () -> weights.get(name)));
    momentum.keySet().forEach(name -> tensors.put(MOMENTUM + name, () -> momentum.get(name)));
    average.keySet().forEach(name -> tensors.put(AVERAGE + name, () -> average.get(name)));
    WeightFiles.write(
        file,
        new TensorView(tensors),
        Map.of(STATE, JSON.writeValueAsString(state)),
        ElementType.F32);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws TrainingException if it is no checkpoint
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(Path file) throws IOException {
    try (WeightFile opened = WeightFiles.open(file)) {
      String state = opened.metadata().get(STATE);
      if (state == null) {
        throw new TrainingException(file + ": expected a checkpoint of a training, found weights");
      }
      Map<String, Tensor> tensors = opened.readAll();
      return new Checkpoint(
          JSON.treeToValue(current(JSON.readTree(state)), State.class),
          part(tensors, WEIGHTS),
          part(tensors, MOMENTUM),
          part(tensors, AVERAGE));
    } catch (JacksonException e) {
      throw new TrainingException(file + ": the checkpoint's state cannot be read", e);
    }
  }

  /** The state of an older version counted the right answers of classification by themselves. */
  private static JsonNode current(JsonNode state) {
    if (state instanceof ObjectNode old && old.has("correct") && old.has("seen")) {
      ObjectNode figures = JSON.createObjectNode();
      if (old.get("seen").asLong() > 0) {
        figures.set(
            "accuracy",
            JSON.createObjectNode()
                .put("sum", old.get("correct").asDouble())
                .put("count", old.get("seen").asLong()));
      }
      old.remove(List.of("correct", "seen"));
      old.set("figures", figures);
    }
    return state;
  }

  private static SequencedMap<String, Tensor> part(Map<String, Tensor> tensors, String prefix) {
    SequencedMap<String, Tensor> part = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> {
      if (name.startsWith(prefix)) {
        part.put(name.substring(prefix.length()), tensor);
      }
    });
    return part;
  }
}
