package org.resnext4j.training;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.engine.tensor.FlatTensors;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.TensorView;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.training.optimiser.GradientExchange;
import org.resnext4j.training.optimiser.Sgd;
import org.resnext4j.training.optimiser.WeightAverage;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Checkpoint;

/**
 * All values that a training changes: weights of one or more networks, buffers of their optimisers,
 * and averages of weights. Every operation is one pass over the flat arrays of each network. The
 * gradient norm covers all networks together.
 */
final class TrainedNetworks {

  /** A network with its optimiser, its average and its sum of gradients. */
  @SuppressWarnings("ArrayRecordComponent") // A buffer, never compared.
  private record Network(
      TrainingModel model, Sgd optimiser, Optional<WeightAverage> average, float[] accumulated) {

    /** The arrays of parameters and running statistics. */
    List<FlatTensors> live() {
      return List.of(model.parameters(), model.runningStatistics());
    }

    /** The present weights. */
    Weights weights() {
      return Weights.view(model.graph(), live());
    }

    /** The average of the weights, or the present weights if there is no average. */
    Weights judged() {
      return average
          .map(averaged -> Weights.view(model.graph(), averaged.values()))
          .orElseGet(this::weights);
    }
  }

  private final LoopOptions loop;
  private final List<Network> networks;

  /**
   * The networks at a checkpoint.
   *
   * @param models the networks, with their weights
   * @param loop optimiser, clipping and averaging
   * @param start the checkpoint, which holds momentum and averages
   * @throws IllegalArgumentException if two networks have a parameter with the same name
   */
  TrainedNetworks(List<TrainingModel> models, LoopOptions loop, Checkpoint start) {
    this.loop = loop;
    long averaged = start.state().updates() / loop.averageEvery();
    this.networks =
        models.stream()
            .map(model ->
                new Network(
                    model,
                    new Sgd(
                        loop.optimiser(),
                        model.gradients(),
                        name -> decayed(model.graph(), name),
                        start.momentum()),
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

  /** The optimiser decays matrices and filters; it decays the rest if the recipe says so. */
  private boolean decayed(Graph graph, String parameter) {
    Parameter.Role role = graph.parameters().get(parameter).role();
    return loop.optimiser().decayNormsAndBiases()
        || role == Parameter.Role.CONVOLUTION_WEIGHT
        || role == Parameter.Role.LINEAR_WEIGHT;
  }

  /** Sums the gradients of a step's batches; after the last batch the models hold the sums. */
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
    sum(exchange);
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

  /** Calls the exchange once, with the array of the only network or with a joined array. */
  private void sum(GradientExchange exchange) throws IOException, InterruptedException {
    List<float[]> gradients =
        networks.stream().map(network -> network.model().gradients().values()).toList();
    if (gradients.size() == 1) {
      exchange.sum(gradients.getFirst());
    } else if (exchange.workers() > 1) {
      float[] joined = new float[gradients.stream().mapToInt(array -> array.length).sum()];
      int end = 0;
      for (float[] array : gradients) {
        System.arraycopy(array, 0, joined, end, array.length);
        end += array.length;
      }
      exchange.sum(joined);
      int from = 0;
      for (float[] array : gradients) {
        System.arraycopy(joined, from, array, 0, array.length);
        from += array.length;
      }
    }
  }

  /** Updates the averages with the present weights, if there are averages. */
  void updateAverage() {
    networks.forEach(network -> network.average().ifPresent(WeightAverage::update));
  }

  /** The weights for validation and model files: the average, or the weights without one. */
  List<Weights> judged() {
    return networks.stream().map(Network::judged).toList();
  }

  /** Present parameters and running statistics by name, in the order of the graphs. */
  Map<String, Tensor> weights() {
    return join(networks.stream().map(Network::weights));
  }

  /** Averages of parameters and running statistics by name; empty if there are no averages. */
  Map<String, Tensor> average() {
    return loop.averages() ? join(networks.stream().map(Network::judged)) : Map.of();
  }

  private static Map<String, Tensor> join(Stream<Weights> parts) {
    SequencedMap<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
    parts.forEach(
        part -> part.tensors().keySet().forEach(name -> sources.put(name, () -> part.get(name))));
    return new TensorView(sources);
  }

  /** Momentum buffers of the optimisers, by the name of their parameter. */
  Map<String, Tensor> momentum() {
    SequencedMap<String, Supplier<Tensor>> sources = new LinkedHashMap<>();
    for (Network network : networks) {
      FlatTensors momentum = network.optimiser().momentum();
      momentum.slices().keySet().forEach(name -> sources.put(name, () -> momentum.get(name)));
    }
    return new TensorView(sources);
  }

  /** Name and value of a weight that is not finite; empty if all weights are finite. */
  Optional<Map.Entry<String, Float>> notFinite() {
    for (Network network : networks) {
      for (FlatTensors array : network.live()) {
        for (Map.Entry<String, FlatTensors.Slice> entry : array.slices().entrySet()) {
          for (int i = entry.getValue().offset(); i < entry.getValue().end(); i++) {
            if (!Float.isFinite(array.values()[i])) {
              return Optional.of(Map.entry(entry.getKey(), array.values()[i]));
            }
          }
        }
      }
    }
    return Optional.empty();
  }
}
