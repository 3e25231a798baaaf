package org.resnext4j.models.weights.naming;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.resnext4j.models.weights.naming.NetworkSearch.Found;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * The part of a file that is loaded: the best network under torchvision's names, or else the
 * collection with the most tensors.
 *
 * @param contents the tensors of that part
 * @param network the network, where one was found
 * @param setAside the number of tensors beside the network under each key
 * @param problem why there is no complete network; empty where there is one
 */
public record Narrowing(
    Contents contents,
    Optional<Found> network,
    SequencedMap<String, Integer> setAside,
    Optional<String> problem) {

  /** All tensors of a file, under the names that they have there. */
  public static Narrowing whole(Contents contents) {
    return new Narrowing(contents, Optional.empty(), new LinkedHashMap<>(), Optional.empty());
  }

  /** Marks files of this software, which hold one network under our own names. */
  private static final String OWN = "resnext4j.model";

  private static final int MOST_NAMES = 20;

  /**
   * Narrows what a file holds.
   *
   * @param part where given, a key on the way to the part
   * @param preferAveraged whether of two equal networks the averaged one is taken
   * @throws WeightFileException if there is no such part, or a tensor of the network cannot be read
   */
  public static Narrowing of(Path file, Contents all, Optional<String> part, boolean preferAveraged)
      throws WeightFileException {
    if (all.metadata().containsKey(OWN)) {
      return whole(all);
    }
    Contents unwrapped = unwrapped(all);
    List<TensorInfo> tensors = unwrapped.tensors().stream().map(StoredTensor::info).toList();
    Optional<Found> found = NetworkSearch.find(tensors, part, preferAveraged);
    Optional<String> problem = Diagnosis.of(unwrapped, found);
    return found.isPresent()
        ? network(file, unwrapped, found.get(), problem)
        : group(file, unwrapped, part, problem);
  }

  /** The contents without wrappers in names, unless two tensors would then have one name. */
  private static Contents unwrapped(Contents all) {
    Set<String> names = new HashSet<>();
    List<StoredTensor> tensors = new ArrayList<>();
    for (StoredTensor tensor : all.tensors()) {
      String name = ParameterNames.unwrapped(tensor.info().name());
      if (!names.add(name)) {
        return all;
      }
      tensors.add(name.equals(tensor.info().name()) ? tensor : tensor.named(name));
    }
    Map<String, String> unreadable = new LinkedHashMap<>();
    all.unreadable().forEach((name, why) -> unreadable.put(ParameterNames.unwrapped(name), why));
    Map<String, String> objects = new LinkedHashMap<>();
    all.objects().forEach((name, type) -> objects.put(ParameterNames.unwrapped(name), type));
    Map<String, Integer> containers = new LinkedHashMap<>();
    all.containers()
        .forEach((prefix, count) ->
            containers.merge(ParameterNames.unwrapped(prefix), count, Integer::sum));
    return new Contents(all.metadata(), tensors, all.skipped(), unreadable, objects, containers);
  }

  private static Narrowing network(Path file, Contents all, Found found, Optional<String> problem)
      throws WeightFileException {
    for (Map.Entry<String, String> entry : all.unreadable().entrySet()) {
      if (isNeeded(found, entry.getKey())) {
        throw new WeightFileException(file, sentence(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, String> entry : all.objects().entrySet()) {
      if (isNeeded(found, entry.getKey())) {
        throw new WeightFileException(
            file,
            "'%s' is an object of class %s, not a tensor"
                .formatted(entry.getKey(), entry.getValue()));
      }
    }
    List<StoredTensor> taken = new ArrayList<>();
    List<String> skipped = new ArrayList<>(all.skipped());
    SequencedMap<String, Integer> aside = new LinkedHashMap<>();
    all.unreadable().keySet().forEach(name -> count(found, name, aside));
    for (StoredTensor tensor : all.tensors()) {
      String name = found.names().get(tensor.info().name());
      if (name == null) {
        skipped.add(tensor.info().name());
        count(found, tensor.info().name(), aside);
      } else {
        taken.add(tensor.named(name));
      }
    }
    return new Narrowing(
        part(all, taken, skipped, found.prefix()), Optional.of(found), aside, problem);
  }

  private static boolean isNeeded(Found found, String name) {
    return name.startsWith(found.prefix())
        && !name.endsWith("num_batches_tracked")
        && found.convention().torchvision(name.substring(found.prefix().length())).isPresent();
  }

  /** The contents with the tensors that were taken alone; the rest is listed by its first keys. */
  private static Contents part(
      Contents all, List<StoredTensor> taken, List<String> rest, String prefix) {
    List<String> skipped = new ArrayList<>(rest);
    skipped.addAll(all.unreadable().keySet());
    skipped.addAll(all.objects().keySet());
    return new Contents(
        all.metadata(),
        taken,
        skipped.stream().map(name -> beside(prefix, name)).distinct().toList(),
        all.unreadable(),
        all.objects(),
        all.containers());
  }

  /**
   * The key under which a tensor lies that is not of the network: its first, or beside a prefix.
   */
  private static String kind(String prefix, String name) {
    String from = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    int dot = from.indexOf('.');
    return dot < 0 ? from : from.substring(0, dot);
  }

  /** Counts a tensor beside the network; the choice names the other networks. */
  private static void count(Found found, String name, SequencedMap<String, Integer> aside) {
    boolean ofAnother =
        found.alternatives().stream().anyMatch(other -> !other.isEmpty() && name.startsWith(other));
    if (!ofAnother) {
      aside.merge(kind(found.prefix(), name), 1, Integer::sum);
    }
  }

  private static Narrowing group(
      Path file, Contents all, Optional<String> part, Optional<String> problem)
      throws WeightFileException {
    Optional<Map.Entry<String, Integer>> largest = Optional.empty();
    for (Map.Entry<String, Integer> each : all.containers().entrySet()) {
      boolean wanted = part.isEmpty() || ("." + each.getKey()).contains("." + part.get() + ".");
      if (wanted && (largest.isEmpty() || each.getValue() > largest.get().getValue())) {
        largest = Optional.of(each);
      }
    }
    if (largest.isEmpty()) {
      if (part.isPresent()) {
        throw new WeightFileException(
            file,
            "it has no state dict '%s'; its keys are %s".formatted(part.get(), firstKeys(all)));
      }
      return whole(all);
    }
    if (all.tensors().isEmpty()) {
      throw new WeightFileException(
          file,
          all.unreadable().entrySet().stream()
              .findFirst()
              .map(entry -> sentence(entry.getKey(), entry.getValue()))
              .orElse("it holds no tensors"));
    }
    String prefix = withWrapper(largest.get().getKey(), all);
    List<StoredTensor> taken = new ArrayList<>();
    List<String> skipped = new ArrayList<>(all.skipped());
    for (StoredTensor tensor : all.tensors()) {
      String name = tensor.info().name();
      if (name.startsWith(prefix)) {
        taken.add(tensor.named(name.substring(prefix.length())));
      } else {
        skipped.add(name);
      }
    }
    return new Narrowing(
        part(all, taken, skipped, prefix), Optional.empty(), new LinkedHashMap<>(), problem);
  }

  /** The prefix with a wrapper's key, where all names behind it have one. */
  private static String withWrapper(String prefix, Contents all) {
    String longer = prefix + "module.";
    return all.tensors().stream()
            .map(tensor -> tensor.info().name())
            .filter(name -> name.startsWith(prefix))
            .allMatch(name -> name.startsWith(longer))
        ? longer
        : prefix;
  }

  /** The key that leads away from a prefix: a whole optimiser state is one thing passed over. */
  private static String beside(String prefix, String name) {
    int common = 0;
    for (int i = 0; i < Math.min(prefix.length(), name.length()); i++) {
      if (prefix.charAt(i) != name.charAt(i)) {
        break;
      }
      common = prefix.charAt(i) == '.' ? i + 1 : common;
    }
    int end = prefix.isEmpty() ? -1 : name.indexOf('.', common);
    return end < 0 ? name : name.substring(0, end);
  }

  /** Why a tensor cannot be read. */
  public static String sentence(String name, String reason) {
    return reason.startsWith("is ") ? "'%s' %s".formatted(name, reason) : reason;
  }

  private static List<String> firstKeys(Contents all) {
    Map<String, Boolean> keys = new LinkedHashMap<>();
    all.tensors().forEach(tensor -> keys.put(first(tensor.info().name()), true));
    all.skipped().forEach(name -> keys.put(first(name), true));
    return keys.keySet().stream().limit(MOST_NAMES).toList();
  }

  private static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
