package org.resnext4j.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.resnext4j.evaluation.EvaluationSet.View;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.text.Lists;

/**
 * Maps the outputs of a network to the classes of a view, and these to the classes of a data set.
 */
final class OutputMap {

  private static final int NONE = -1;

  private final int[] outputs;
  private final int[] positions;
  private final Labels classes;

  private OutputMap(int[] outputs, int[] positions, Labels classes) {
    this.outputs = outputs;
    this.positions = positions;
    this.classes = classes;
  }

  /**
   * Matches outputs and classes by identifier, and by name if that fails. If the network has no
   * names but as many outputs as the data set has classes, both are in the same order.
   *
   * @param set the data set
   * @param view the outputs that the view may predict
   * @param network names of the network's outputs
   * @throws IllegalArgumentException if the network has no output for a class of a picture
   */
  static OutputMap of(EvaluationSet set, View view, Labels network) {
    Labels named = named(network, set.classes());
    int[] outputs =
        view.outputs().isEmpty()
            ? IntStream.range(0, named.size()).toArray()
            : find(view.outputs(), named, set.name());
    int[] position = new int[named.size()];
    Arrays.fill(position, NONE);
    for (int i = 0; i < outputs.length; i++) {
      position[outputs[i]] = i;
    }
    boolean[] used = new boolean[set.classes().size()];
    set.pictures().forEach(picture -> picture.labels().forEach(label -> used[label] = true));
    List<String> missing = new ArrayList<>();
    int[] positions = new int[set.classes().size()];
    for (int c = 0; c < positions.length; c++) {
      OptionalInt output = find(named, set.classes(), c);
      positions[c] = output.isPresent() ? position[output.getAsInt()] : NONE;
      if (used[c] && positions[c] == NONE) {
        missing.add("'" + set.classes().identifier(c) + "'");
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          missing(set.name(), missing, set.classes().size(), network));
    }
    return new OutputMap(
        outputs,
        positions,
        new Labels(
            Arrays.stream(outputs).mapToObj(named::name).toList(),
            Arrays.stream(outputs).mapToObj(named::identifier).toList()));
  }

  /** The network's labels, or the data set's labels if the network's are numbers. */
  private static Labels named(Labels network, Labels set) {
    boolean numbered =
        IntStream.range(0, network.size()).allMatch(i -> network.name(i).equals("class " + i));
    return numbered && network.size() == set.size() ? set : network;
  }

  private static OptionalInt find(Labels network, Labels set, int index) {
    OptionalInt byIdentifier = network.indexOf(set.identifier(index));
    return byIdentifier.isPresent() ? byIdentifier : network.indexOf(set.name(index));
  }

  private static int[] find(List<String> wanted, Labels network, String set) {
    List<String> missing =
        wanted.stream().filter(w -> network.indexOf(w).isEmpty()).map(w -> "'" + w + "'").toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(missing(set, missing, wanted.size(), network));
    }
    return wanted.stream().mapToInt(w -> network.indexOf(w).orElseThrow()).toArray();
  }

  private static String missing(String set, List<String> missing, int all, Labels network) {
    return ("%s needs an output of the network for each of its classes, but there is none for %d"
            + " of %d (%s) among its %d outputs ('%s', …); --labels FILE says what the outputs are")
        .formatted(
            set, missing.size(), all, Lists.some(missing), network.size(), network.identifier(0));
  }

  /** The view's classes, in the order of {@link #select}. */
  Labels classes() {
    return classes;
  }

  /** The output of a class of the view. */
  int output(int position) {
    return outputs[position];
  }

  /** The labels of a picture as classes of the view. */
  int[] labels(Picture picture) {
    return picture.labels().stream().mapToInt(label -> positions[label]).toArray();
  }

  /** The class of the view with an identifier. */
  Optional<Integer> position(String identifier) {
    OptionalInt found = classes.indexOf(identifier);
    return found.isPresent() ? Optional.of(found.getAsInt()) : Optional.empty();
  }

  /** The logits of the view's classes. */
  float[] select(float[] logits, int offset) {
    float[] selected = new float[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      selected[i] = logits[offset + outputs[i]];
    }
    return selected;
  }
}
