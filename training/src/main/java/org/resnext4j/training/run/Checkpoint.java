package org.resnext4j.training.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.TensorView;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A checkpoint, from which a training continues to the same bits. It is a safetensors file with
 * weights, momentum and averages; its metadata hold the position. Random numbers and the learning
 * rate are functions of seed and position, so the file holds no state of theirs.
 *
 * {@snippet :
 * Checkpoint checkpoint = Checkpoint.read(folder.resolve(RunFiles.CHECKPOINT));
 * int epochs = checkpoint.state().epoch();
 * }
 *
 * @param state position and sums
 * @param weights parameters and running statistics by name
 * @param momentum momentum buffers by parameter; empty before the first step
 * @param average moving averages by name; empty if the training keeps none
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
   * The position of a training, and sums over its current epoch.
   *
   * @param run fingerprint of the training ({@link TrainingRun#fingerprint})
   * @param epoch number of finished epochs
   * @param step number of finished steps in the current epoch
   * @param updates number of finished steps in all epochs
   * @param lossSum sum of the mean losses of the current epoch's steps
   * @param figures means of the task over the current epoch, by name
   * @param bestScore highest score of a validation; it has no meaning while {@code bestEpoch} is 0
   * @param bestEpoch number of epochs that were finished at the best validation, 0 before the first
   * @param metricsLength length of the metrics file at this state, in bytes
   * @param eventsLength length of the event file at this state, in bytes
   * @param seconds time of training so far, in seconds
   */
  public record State(
      String run,
      int epoch,
      int step,
      long updates,
      double lossSum,
      SequencedMap<String, Mean> figures,
      double bestScore,
      int bestEpoch,
      long metricsLength,
      long eventsLength,
      double seconds) {

    /** The state before the first step. */
    public static State start(String run) {
      return new State(run, 0, 0, 0, 0, new LinkedHashMap<>(), -1, 0, 0, 0, 0);
    }
  }

  /**
   * Writes the checkpoint atomically: a failure leaves the old file as it was.
   *
   * @throws IOException if the file cannot be written
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
   * Reads a checkpoint.
   *
   * @throws TrainingException if the file is not a checkpoint of this version
   * @throws IOException if the file cannot be read
   */
  public static Checkpoint read(Path file) throws IOException {
    try (WeightFile opened = WeightFiles.openWhole(file)) {
      String state = opened.metadata().get(STATE);
      if (state == null) {
        throw new TrainingException(file + ": expected a checkpoint of a training, found weights");
      }
      Map<String, Tensor> tensors = opened.readAll();
      return new Checkpoint(
          JSON.readValue(state, State.class),
          part(tensors, WEIGHTS),
          part(tensors, MOMENTUM),
          part(tensors, AVERAGE));
    } catch (JacksonException e) {
      throw new TrainingException(
          file + ": the checkpoint's state cannot be read; did another version write it?", e);
    }
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
