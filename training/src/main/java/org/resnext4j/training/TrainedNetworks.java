package org.resnext4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.training.optimiser.WeightAverage;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Checkpoint;
import org.resnext4j.training.run.TensorView;

/**
 * All values that training changes: those of one network or several, their optimisers' buffers and
 * their average. Every operation is a pass over the networks' flat arrays, one network after the
 * other; the gradient norm is that of all networks together.
 */
final class TrainedNetworks {

  /** A network, and what the trainer keeps for it. */
  @SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
  private record Network(
      TrainingModel model, Sgd optimiser, Optional<WeightAverage> average, float[] accumulated) {

    /** The arrays of the parameters and the running statistics of now. */
    List<FlatTensors> live() {
      return List.of(model.parameters(), model.runningStatistics());
    }

    /** Hands over each of the graph's tensors that arrays hold: its array and its name. */
    void eachTensor(List<FlatTensors> arrays, BiConsumer<FlatTensors, String> tensor) {
      for (String name : model.graph().parameters().keySet()) {
        arrays.stream()
            .filter(array -> array.contains(name))
            .findFirst()
            .ifPresent(array -> tensor.accept(array, name));
      }
    }
  }

  private final LoopOptions loop;
  private final List<Network> networks;

  /**
   * The networks at the start of a stretch of training.
   *
   * @param models the networks, with their weights
   * @param decayed whether weight decay acts on the parameter of a name
   * @param start momentum and average to go on from
   * @throws IllegalArgumentException if two networks have a parameter of one name
   */
  TrainedNetworks(
      List<TrainingModel> models, LoopOptions loop, Predicate<String> decayed, Checkpoint start) {
    this.loop = loop;
    long averaged = start.state().updates() / loop.averageEvery();
    this.networks =
        models.stream()
            .map(model ->
                new Network(
                    model,
                    new Sgd(loop.optimiser(), model.gradients(), decayed, start.momentum()),
                    loop.averages()
                        ? Optional.of(
                            new WeightAverage(
                                loop.averageDecay(),
                                List.of(model.parameters(), model.runningStatistics()),
                                start.average(),
                                averaged))
                        : Optional.empty(),
                    new float[loop.accumulation() == 1 ? 0 : model.gradients().values().length]))
            .toList();
    int names = models.stream().mapToInt(model -> model.graph().parameters().size()).sum();
    if (weights().keySet().size() != names) {
      throw new IllegalArgumentException(
          "the networks of one training need parameters of different names");
    }
  }

  /** Adds up gradients over the batches of a step; after the last the models hold the sums. */
  void accumulate(int part) {
    if (loop.accumulation() == 1) {
      return;
    }
    for (Network network : networks) {
      float[] gradients = network.model().gradients().values();
      float[] accumulated = network.accumulated();
      for (int i = 0; i < gradients.length; i++) {
        accumulated[i] = part == 0 ? gradients[i] : accumulated[i] + gradients[i];
      }
      if (part == loop.accumulation() - 1) {
        System.arraycopy(accumulated, 0, gradients, 0, gradients.length);
      }
    }
  }

  /** Sums the gradients over workers, clips them, and takes the optimiser's step. */
  void step(GradientExchange exchange, double learningRate)
      throws IOException, InterruptedException {
    for (Network network : networks) {
      exchange.sum(network.model().gradients().values());
    }
    int summed = loop.accumulation() * exchange.workers();
    double scale = 1.0 / summed;
    if (loop.clipNorm() > 0) {
      List<FlatTensors> gradients =
          networks.stream().map(network -> network.model().gradients()).toList();
      scale *= Sgd.clippingFactor(gradients, loop.clipNorm() * summed);
    }
    for (Network network : networks) {
      TrainingModel model = network.model();
      network.optimiser().step(model.parameters(), model.gradients(), learningRate, scale);
      model.parametersChanged();
    }
  }

  /** Takes the weights of now into the average, if there is one. */
  void updateAverage() {
    networks.forEach(network -> network.average().ifPresent(WeightAverage::update));
  }

  /** The weights that are validated and shipped: the average where there is one. */
  Map<String, Tensor> judged() {
    return loop.averages() ? average() : weights();
  }

  /** Parameters and running statistics of now, in the order of the graphs. */
  Map<String, Tensor> weights() {
    return view(Network::live);
  }

  /** Averages of parameters and running statistics, in the order of the graphs. */
  Map<String, Tensor> average() {
    return view(network -> network.average().map(WeightAverage::values).orElse(List.of()));
  }

  /** The tensors of flat arrays by name, in the order of the graphs. */
  private Map<String, Tensor> view(Function<Network, List<FlatTensors>> arrays) {
    SequencedMap<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
    for (Network network : networks) {
      network.eachTensor(
          arrays.apply(network), (array, name) -> sources.put(name, () -> array.get(name)));
    }
    return new TensorView(sources);
  }

  /** The optimisers' buffers by parameter. */
  Map<String, Tensor> momentum() {
    SequencedMap<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
    for (Network network : networks) {
      FlatTensors momentum = network.optimiser().momentum();
      momentum.slices().keySet().forEach(name -> sources.put(name, () -> momentum.get(name)));
    }
    return new TensorView(sources);
  }

  /** A weight that is not finite: its name and value. */
  Optional<Map.Entry<String, Float>> notFinite() {
    List<Map.Entry<String, Float>> found = new ArrayList<>();
    for (Network network : networks) {
      network.eachTensor(
          network.live(),
          (array, name) -> {
            FlatTensors.Slice slice = array.slice(name);
            for (int i = slice.offset(); found.isEmpty() && i < slice.end(); i++) {
              if (!Float.isFinite(array.values()[i])) {
                found.add(Map.entry(name, array.values()[i]));
              }
            }
          });
    }
    return found.stream().findFirst();
  }
}
