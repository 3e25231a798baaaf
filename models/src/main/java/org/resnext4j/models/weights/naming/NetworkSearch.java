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
 * Finds the network among all tensors of a file: its naming convention and its prefix. Keys of
 * wrappers, {@code module.} and all else before the network's names are a prefix. Among several
 * networks the search takes the one that matches its shapes best, then an averaged one (EMA) as
 * timm does, then one with a classifier, then the first.
 */
public final class NetworkSearch {

  /** Far more than any file has networks. */
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

  /** Prefixes of all candidates. */
  private final Set<String> prefixes = new LinkedHashSet<>();

  /** Names behind each prefix but behind no longer one; those behind none are behind "". */
  private final Map<String, List<String>> owned = new LinkedHashMap<>();

  /** Names that were looked at, each time that one was. */
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

  /** The work so far: the number of names looked at. */
  long steps() {
    return steps;
  }

  /** The longest prefix of a candidate that a name has; none is "". */
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
   * A network that was found.
   *
   * @param prefix what stands before its names
   * @param convention who names parameters so
   * @param names torchvision's name for each stored one; those of no use are not among them
   * @param network what the shapes say; empty where they do not fit together or the classifier is
   *     missing
   * @param match from 0 to 1, the part of the network's parameters that are there
   * @param problem why there is no classifier; empty where there is one
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
   * The best network.
   *
   * @param part where given, a key that leads to it
   * @param preferAveraged whether of two equal networks the averaged one is taken
   */
  static Optional<Found> find(
      Collection<TensorInfo> tensors, Optional<String> part, boolean preferAveraged) {
    return new NetworkSearch(tensors).find(part, preferAveraged);
  }

  private record Candidate(NamingConvention convention, String prefix) {}

  /** The best network, as {@link #find(Collection, Optional, boolean)}. */
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
    for (Found each : found) { // The first of equal ones.
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
        names.put(name, own); // It changes what the block computes: listed as unexpected.
      } else {
        rest.add(name);
      }
    }
    int channels = channels(names);
    Head head = head(prefix, rest, channels);
    head.weight().ifPresent(weight -> names.put(weight, "fc.weight"));
    head.bias().ifPresent(bias -> names.put(bias, "fc.bias"));
    for (String name : rest) {
      // A convolution beside the blocks changes what the network computes, too.
      if (tensors.get(name).shape().size() == 4 && !names.containsKey(name)) {
        names.put(name, name.substring(prefix.length()));
      }
    }
    List<TensorInfo> renamed = new ArrayList<>();
    names.forEach((stored, name) ->
        renamed.add(
            new TensorInfo(name, tensors.get(stored).type(), shape(name, tensors.get(stored)))));
    if (head.weight().isEmpty()) { // For the trunk alone: how many classes does not matter.
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

  /** Channels of the last stage's output. */
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

  /** A classifier, or why there is none. */
  private record Head(Optional<String> weight, Optional<String> bias, String problem) {}

  /** The linear layer behind the trunk, within the prefix or beside it. */
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

  /** Names behind a prefix that are behind no network's longer one. */
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

  /** Whether nothing else is in the sequence that a layer is in, such as {@code fc} of fc.3. */
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

  /** The part of a network's parameters that are there in their shapes. */
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
