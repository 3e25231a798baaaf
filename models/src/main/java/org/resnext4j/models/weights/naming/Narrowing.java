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
import java.util.stream.Stream;
import org.resnext4j.models.weights.naming.NetworkSearch.Found;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * The part of a file that the library loads: the best network under torchvision's names, or else
 * the collection with the most tensors.
 *
 * @param contents the tensors of the part
 * @param network the network, if the search found one
 * @param setAside the number of ignored tensors under each key
 * @param problem the reason why the file has no complete network; empty if it has one
 */
public record Narrowing(
    Contents contents,
    Optional<Found> network,
    SequencedMap<String, Integer> setAside,
    Optional<String> problem) {

  /** Returns all tensors of a file under their own names. */
  public static Narrowing whole(Contents contents) {
    return new Narrowing(contents, Optional.empty(), new LinkedHashMap<>(), Optional.empty());
  }

  /**
   * The metadata key of this software's files, which contain one network under this library's
   * names.
   */
  private static final String OWN = "resnext4j.model";

  private static final int MOST_NAMES = 20;

  /**
   * Selects the part of a file to load.
   *
   * @param part a key on the path to the part, if given
   * @param preferAveraged whether the method takes the averaged one (EMA) of two equal networks
   * @throws WeightFileException if the file has no such part, or a tensor of the network is
   *     unreadable
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

  /**
   * Returns the contents with the wrappers removed from the names, unless two tensors would then
   * share a name.
   */
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

  /**
   * Returns the contents with only the selected tensors. The list of skipped objects names the rest
   * by their first keys.
   */
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
   * Returns the first key of a tensor outside the network, after the network's prefix if the name
   * has it.
   */
  private static String kind(String prefix, String name) {
    return first(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  /**
   * Counts an ignored tensor. The tensors of other networks do not count, because the note on the
   * choice names those networks.
   */
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

  /** Returns the prefix with a wrapper's key, if all names with the prefix have this key. */
  private static String withWrapper(String prefix, Contents all) {
    String longer = prefix + "module.";
    return all.tensors().stream()
            .map(tensor -> tensor.info().name())
            .filter(name -> name.startsWith(prefix))
            .allMatch(name -> name.startsWith(longer))
        ? longer
        : prefix;
  }

  /**
   * Returns the key at which a name departs from a prefix. Thus a whole optimiser state counts as
   * one skipped object.
   */
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

  /** Returns a sentence about the reason why a tensor cannot be read. */
  public static String sentence(String name, String reason) {
    return reason.startsWith("is ") ? "'%s' %s".formatted(name, reason) : reason;
  }

  private static List<String> firstKeys(Contents all) {
    Stream<String> names = all.tensors().stream().map(tensor -> tensor.info().name());
    return Stream.concat(names, all.skipped().stream())
        .map(Narrowing::first)
        .distinct()
        .limit(MOST_NAMES)
        .toList();
  }

  private static String first(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
