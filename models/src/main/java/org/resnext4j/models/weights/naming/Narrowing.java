package org.resnext4j.models.weights.naming;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.weights.TensorInfo;
import org.resnext4j.models.weights.WeightFileException;
import org.resnext4j.models.weights.naming.NetworkSearch.Found;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.StoredTensor;

/**
 * The part of a file that is wanted: the best network under torchvision's names, or, where there is
 * none, the group of tensors with the most members.
 *
 * @param contents the tensors of that part
 * @param network the network, where one was found
 * @param setAside how many tensors beside the network lie under each key
 */
public record Narrowing(
    Contents contents, Optional<Found> network, SequencedMap<String, Integer> setAside) {

  /** Contents of which nothing is set aside. */
  public Narrowing(Contents contents, Optional<Found> network) {
    this(contents, network, new LinkedHashMap<>());
  }

  /** Files of this software's own have nothing beside the network, under its own names. */
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
      return new Narrowing(all, Optional.empty());
    }
    List<TensorInfo> tensors = all.tensors().stream().map(StoredTensor::info).toList();
    Optional<Found> found = NetworkSearch.find(tensors, part, preferAveraged);
    return found.isPresent() ? network(file, all, found.get()) : group(file, all, part);
  }

  private static Narrowing network(Path file, Contents all, Found found)
      throws WeightFileException {
    for (Map.Entry<String, String> entry : all.unreadable().entrySet()) {
      String name = entry.getKey();
      boolean needed =
          name.startsWith(found.prefix())
              && !name.endsWith("num_batches_tracked")
              && found
                  .convention()
                  .torchvision(name.substring(found.prefix().length()))
                  .isPresent();
      if (needed) {
        throw new WeightFileException(file, sentence(name, entry.getValue()));
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
    skipped.addAll(all.unreadable().keySet());
    return new Narrowing(
        new Contents(
            all.metadata(),
            taken,
            skipped.stream().map(name -> beside(found.prefix(), name)).distinct().toList(),
            all.unreadable(),
            all.containers()),
        Optional.of(found),
        aside);
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

  private static Narrowing group(Path file, Contents all, Optional<String> part)
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
      return new Narrowing(all, Optional.empty());
    }
    if (all.tensors().isEmpty()) {
      throw new WeightFileException(
          file,
          all.unreadable().entrySet().stream()
              .findFirst()
              .map(entry -> sentence(entry.getKey(), entry.getValue()))
              .orElse("it holds no tensors"));
    }
    String prefix = largest.get().getKey();
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
    skipped.addAll(all.unreadable().keySet());
    return new Narrowing(
        new Contents(
            all.metadata(),
            taken,
            skipped.stream().map(name -> beside(prefix, name)).distinct().toList(),
            all.unreadable(),
            all.containers()),
        Optional.empty());
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
