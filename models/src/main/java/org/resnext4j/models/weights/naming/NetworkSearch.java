package org.resnext4j.models.weights.naming;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.TensorInfo;

/**
 * Finds the network among all tensors of a file: its naming convention and its prefix. The prefix
 * is the part before the network's own names, such as {@code module.} or the keys of wrappers. The
 * search prefers the network with the best match of shapes, then an averaged one (EMA) as timm
 * does, then one with a classifier, then the first.
 */
public final class NetworkSearch {

  /** The most networks that the search examines. No known file has nearly as many. */
  private static final int MOST_CANDIDATES = 16;

  private static final List<String> CLASSIFIERS =
      List.of(
          "fc.",
          "classifier.",
          "linear.",
          "head.",
          "head.fc.",
          "last_linear.",
          "logits.",
          "output.",
          "fc.1.",
          "classifier.1.");

  private static final List<String> AVERAGED = List.of("ema", "averaged", "swa", "teacher");

  private final SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final List<Candidate> candidates;

  /** The prefixes of all candidates. */
  private final Set<String> prefixes = new LinkedHashSet<>();

  /**
   * The names of each prefix. A name belongs to its longest prefix; a name without a prefix belongs
   * to the empty one.
   */
  private final Map<String, List<String>> owned = new LinkedHashMap<>();

  /** The number of names that the search has examined, with repetitions. */
  private long steps;

  NetworkSearch(Collection<TensorInfo> all) {
    for (TensorInfo tensor : all) {
      tensors.put(tensor.name(), tensor);
    }
    candidates = candidates();
    candidates.forEach(candidate -> prefixes.add(candidate.prefix()));
    for (String name : tensors.keySet()) {
      owned.computeIfAbsent(owner(name), prefix -> new ArrayList<>()).add(name);
    }
  }

  /** Returns the work so far: the number of examined names. */
  long steps() {
    return steps;
  }

  /** Returns the longest prefix of a candidate that starts a name, or the empty prefix. */
  private String owner(String name) {
    for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
      steps++;
      String prefix = name.substring(0, dot + 1);
      if (prefixes.contains(prefix)) {
        return prefix;
      }
    }
    return "";
  }

  /**
   * A network that the search found.
   *
   * @param prefix the prefix of the network's names
   * @param convention the naming convention of the parameters
   * @param names torchvision's name for each stored name, without ignored tensors
   * @param network the network that the shapes describe; empty if the shapes contradict each other
   *     or the classifier is missing
   * @param match the fraction of the network's parameters that the file has, from 0 to 1
   * @param problem the reason why the network has no classifier; empty if it has one
   * @param alternatives prefixes of other networks in the file
   */
  public record Found(
      String prefix,
      NamingConvention convention,
      SequencedMap<String, String> names,
      Optional<ResNeXt> network,
      double match,
      String problem,
      List<String> alternatives) {

    boolean averaged() {
      return Arrays.stream(prefix.toLowerCase(Locale.ROOT).split("[._]", -1))
          .anyMatch(AVERAGED::contains);
    }

    private Found besides(List<String> others) {
      return new Found(prefix, convention, names, network, match, problem, others);
    }
  }

  /**
   * Returns the best network.
   *
   * @param part a key on the path to the network, if given
   * @param preferAveraged whether the search takes the averaged one (EMA) of two equal networks
   */
  static Optional<Found> find(
      Collection<TensorInfo> tensors, Optional<String> part, boolean preferAveraged) {
    return new NetworkSearch(tensors).find(part, preferAveraged);
  }

  private record Candidate(NamingConvention convention, String prefix) {}

  /** Returns the best network, as {@link #find(Collection, Optional, boolean)} does. */
  Optional<Found> find(Optional<String> part, boolean preferAveraged) {
    List<Found> found =
        candidates.stream()
            .filter(candidate ->
                part.isEmpty() || ("." + candidate.prefix()).contains("." + part.get() + "."))
            .map(this::examine)
            .toList();
    Comparator<Found> order =
        Comparator.comparingDouble((Found each) -> each.match())
            .thenComparing(each -> each.averaged() == preferAveraged)
            .thenComparing(each -> each.problem().isEmpty());
    Optional<Found> best = Optional.empty();
    for (Found each : found) { // The first of equal networks wins.
      if (best.isEmpty() || order.compare(each, best.get()) > 0) {
        best = Optional.of(each);
      }
    }
    return best.map(taken ->
        taken.besides(prefixes.stream().filter(prefix -> !prefix.equals(taken.prefix())).toList()));
  }

  private List<Candidate> candidates() {
    List<Candidate> found = new ArrayList<>();
    for (String name : tensors.keySet()) {
      steps++;
      for (NamingConvention convention : NamingConvention.ALL) {
        String stem = convention.stem();
        int start = name.length() - stem.length();
        if (name.endsWith(stem)
            && (start == 0 || name.charAt(start - 1) == '.')
            && tensors.get(name).shape().size() == 4
            && tensors.containsKey(name.substring(0, start) + convention.firstBlock())
            && found.size() < MOST_CANDIDATES) {
          found.add(new Candidate(convention, name.substring(0, start)));
        }
      }
    }
    return found;
  }

  private Found examine(Candidate candidate) {
    String prefix = candidate.prefix();
    SequencedMap<String, String> names = new LinkedHashMap<>();
    List<String> rest = new ArrayList<>();
    for (String name : owned.getOrDefault(prefix, List.of())) {
      steps++;
      String own = name.substring(prefix.length());
      Optional<String> known = candidate.convention().torchvision(own);
      if (known.isPresent()) {
        names.put(name, known.get());
      } else if (candidate.convention().inBlock(own)) {
        names.put(name, own); // An error lists it: it changes the block's function.
      } else {
        rest.add(name);
      }
    }
    int channels = channels(names);
    Head head = head(prefix, rest, channels);
    head.weight().ifPresent(weight -> names.put(weight, "fc.weight"));
    head.bias().ifPresent(bias -> names.put(bias, "fc.bias"));
    for (String name : rest) {
      // A convolution outside the blocks also changes the network's function.
      if (tensors.get(name).shape().size() == 4 && !names.containsKey(name)) {
        names.put(name, name.substring(prefix.length()));
      }
    }
    List<TensorInfo> renamed = new ArrayList<>();
    names.forEach((stored, name) ->
        renamed.add(
            new TensorInfo(name, tensors.get(stored).type(), shape(name, tensors.get(stored)))));
    if (head.weight().isEmpty()) { // The trunk fits any number of classes.
      renamed.add(new TensorInfo("fc.weight", ElementType.F32, List.of(1, Math.max(1, channels))));
    }
    Optional<ResNeXt> network = ModelRecognition.recognise(renamed, candidate.convention());
    double match = network.map(model -> match(model, renamed)).orElse(0.0);
    return new Found(
        prefix, candidate.convention(), names, network, match, head.problem(), List.of());
  }

  private static List<Integer> shape(String name, TensorInfo tensor) {
    List<Integer> shape = tensor.shape();
    boolean convolution =
        name.equals("fc.weight") && shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
    return convolution ? shape.subList(0, 2) : shape;
  }

  /** Returns the channels of the last stage's output. */
  private int channels(SequencedMap<String, String> names) {
    String last = "";
    int channels = 0;
    for (Map.Entry<String, String> entry : names.entrySet()) {
      String name = entry.getValue();
      boolean closing = name.endsWith("conv3.weight") || name.endsWith("conv2.weight");
      List<Integer> shape = tensors.get(entry.getKey()).shape();
      if (name.startsWith("layer") && closing && shape.size() == 4) {
        String stage = name.substring(0, name.indexOf('.'));
        boolean later = stage.compareTo(last) >= 0;
        channels = later ? shape.getFirst() : channels;
        last = later ? stage : last;
      }
    }
    return channels;
  }

  /** A classifier, or the reason why the file has none. */
  private record Head(Optional<String> weight, Optional<String> bias, String problem) {}

  /**
   * Returns the linear layer after the trunk. Its name has the network's prefix or a shorter one.
   */
  private Head head(String prefix, List<String> rest, int channels) {
    List<String> within = rest;
    String from = prefix;
    List<String> seen = new ArrayList<>();
    while (true) {
      String at = from;
      List<String> linear = within.stream().filter(this::isLinear).toList();
      for (String known : CLASSIFIERS) {
        String weight = at + known + "weight";
        if (linear.contains(weight) && fits(weight, channels) && alone(weight, within, linear)) {
          return head(weight);
        }
      }
      List<String> fitting = linear.stream().filter(name -> fits(name, channels)).toList();
      if (fitting.size() == 1 && alone(fitting.getFirst(), within, linear)) {
        return head(fitting.getFirst());
      }
      seen.addAll(linear);
      if (!fitting.isEmpty() || from.isEmpty()) {
        break;
      }
      from = from.substring(0, from.lastIndexOf('.', from.length() - 2) + 1);
      String outer = from;
      within = beside(outer, prefix);
    }
    String problem =
        seen.isEmpty()
            ? "it has no classifier"
            : "its classifier is not one linear layer of %d channels, but %s"
                .formatted(
                    channels,
                    seen.stream()
                        .distinct()
                        .limit(8)
                        .map(name -> name + tensors.get(name).shape())
                        .toList());
    return new Head(Optional.empty(), Optional.empty(), problem);
  }

  /** Returns the names with a prefix that do not belong to another network's longer prefix. */
  private List<String> beside(String outer, String inner) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, List<String>> group : owned.entrySet()) {
      if (!group.getKey().startsWith(inner) && outer.startsWith(group.getKey())) {
        steps += group.getValue().size();
        group.getValue().stream().filter(name -> name.startsWith(outer)).forEach(names::add);
      }
    }
    return names;
  }

  private Head head(String weight) {
    String bias = weight.substring(0, weight.length() - "weight".length()) + "bias";
    return new Head(
        Optional.of(weight), tensors.containsKey(bias) ? Optional.of(bias) : Optional.empty(), "");
  }

  private boolean isLinear(String name) {
    List<Integer> shape = tensors.get(name).shape();
    return name.endsWith("weight")
        && (shape.size() == 2 || (shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1));
  }

  private boolean fits(String name, int channels) {
    return tensors.get(name).shape().get(1) == channels && tensors.get(name).shape().getFirst() > 0;
  }

  /** Returns whether a layer is alone in its sequence, such as {@code fc.3} in {@code fc}. */
  private static boolean alone(String weight, List<String> within, List<String> linear) {
    String layer = weight.substring(0, weight.length() - "weight".length());
    String path = layer.endsWith(".") ? layer.substring(0, layer.length() - 1) : layer;
    String number = path.substring(path.lastIndexOf('.') + 1);
    if (number.isEmpty() || !number.chars().allMatch(Character::isDigit)) {
      return true;
    }
    String sequence = layer.substring(0, layer.length() - number.length() - 1);
    List<String> among = sequence.isEmpty() ? linear : within;
    return among.stream().noneMatch(name -> name.startsWith(sequence) && !name.startsWith(layer));
  }

  /** Returns the fraction of a network's parameters that the file has in their shapes. */
  private static double match(ResNeXt model, List<TensorInfo> tensors) {
    long paths = model.form() == BlockForm.GROUPED ? 1 : model.cardinality();
    long blocks = model.stages().stream().mapToLong(Integer::longValue).sum();
    if (blocks * paths > tensors.size()) {
      return 0;
    }
    Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    tensors.forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    try {
      Map<String, Parameter> parameters = model.graph().parameters();
      long there =
          parameters.entrySet().stream()
              .filter(entry -> entry.getValue().shape().equals(shapes.get(entry.getKey())))
              .count();
      return (double) there / parameters.size();
    } catch (IllegalArgumentException | ArithmeticException noSuchNetwork) {
      return 0;
    }
  }
}
