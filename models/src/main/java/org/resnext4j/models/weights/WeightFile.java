package org.resnext4j.models.weights;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.weights.naming.Narrowing;
import org.resnext4j.models.weights.naming.NetworkSearch;
import org.resnext4j.models.weights.storage.Contents;
import org.resnext4j.models.weights.storage.StoredTensor;
import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * An open weight file. Names, types and shapes are known at once; values are read on request. The
 * file is mapped, not copied, until it is closed. Many threads may read it.
 */
public final class WeightFile implements AutoCloseable {

  /** Numbers that views may repeat even in a small file, such as an expanded vector. */
  private static final long REPEATED_ELEMENTS = 1 << 20;

  /** Keys that a note lists at most. */
  private static final int MOST_KINDS = 8;

  private final Path path;
  private final WeightFormat format;
  private final Arena arena;
  private final SequencedMap<String, String> metadata;
  private final List<String> skipped;
  private final Map<String, StoredTensor> stored;
  private final SequencedMap<String, TensorInfo> tensors;
  private final Map<String, String> unreadable;
  private final Optional<NetworkSearch.Found> network;
  private final Optional<String> problem;
  private final SequencedMap<String, Integer> setAside;

  /**
   * A file that was understood.
   *
   * @param arena holds the mapping; closed with this
   * @param fileSize the file's true size, in bytes; what the tensors take is bounded by it
   * @throws WeightFileException if the tensors hold more numbers than the file has bytes
   */
  WeightFile(Path path, WeightFormat format, Arena arena, long fileSize, Narrowing chosen)
      throws WeightFileException {
    Contents contents = chosen.contents();
    this.network = chosen.network();
    this.problem = chosen.problem();
    this.setAside = chosen.setAside();
    this.unreadable = contents.unreadable();
    this.path = path;
    this.format = format;
    this.arena = arena;
    this.metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(contents.metadata()));
    this.skipped = List.copyOf(contents.skipped());
    SequencedMap<String, StoredTensor> views = new LinkedHashMap<>();
    SequencedMap<String, TensorInfo> infos = new LinkedHashMap<>();
    long limit = fileSize + REPEATED_ELEMENTS;
    long elements = 0;
    for (StoredTensor tensor : contents.tensors()) {
      String name = tensor.info().name();
      if (views.put(name, tensor) != null) {
        throw new WeightFileException(path, "two tensors are named '%s'".formatted(name));
      }
      infos.put(name, tensor.info());
      elements += Math.min(tensor.info().elements(), limit + 1);
      if (elements > limit) {
        throw new WeightFileException(
            path,
            "its tensors repeat what is stored and hold more numbers than its %d bytes could"
                .formatted(fileSize));
      }
    }
    this.stored = views;
    this.tensors = Collections.unmodifiableSequencedMap(infos);
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Its format, recognised from its content. */
  public WeightFormat format() {
    return format;
  }

  /** Free text that came with the tensors, by key; only safetensors files have it. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /** Every tensor's name, type and shape, in the file's order. */
  public SequencedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  /** The network that the file was narrowed to. */
  Optional<NetworkSearch.Found> network() {
    return network;
  }

  /** Why the file holds no complete network; empty where it does. */
  Optional<String> problem() {
    return problem;
  }

  /** Why tensors cannot be read, by their full names. */
  public Map<String, String> unreadable() {
    return unreadable;
  }

  /**
   * Which of several networks or state dicts was taken, as one sentence for people; empty where
   * there was nothing to choose.
   */
  public Optional<String> choice() {
    return network
        .filter(found -> !found.alternatives().isEmpty())
        .map(found ->
            "the network at '%s' is taken; there is also %s"
                .formatted(
                    shown(found.prefix()),
                    String.join(
                        ", ",
                        found.alternatives().stream()
                            .map(other -> "'" + shown(other) + "'")
                            .toList())));
  }

  /**
   * How many tensors beside the network were set aside, by the keys under which they lie, as one
   * sentence for people; empty where there are none.
   */
  public Optional<String> setAside() {
    if (setAside.isEmpty()) {
      return Optional.empty();
    }
    int total = setAside.values().stream().mapToInt(Integer::intValue).sum();
    String kinds =
        setAside.entrySet().stream()
            .limit(MOST_KINDS)
            .map(entry -> "'%s' (%d)".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return Optional.of(
        "%s set aside: %s%s"
            .formatted(
                total == 1
                    ? "1 tensor beside the network is"
                    : total + " tensors beside the network are",
                kinds,
                setAside.size() > MOST_KINDS ? ", …" : ""));
  }

  private static String shown(String prefix) {
    return prefix.isEmpty() ? "the top" : prefix.substring(0, prefix.length() - 1);
  }

  /** Names of other objects in the file, such as an optimiser's state, which were passed over. */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * A tensor's values, as float32.
   *
   * @throws WeightFileException if there is no such tensor, or it has more values than an array
   *     holds
   */
  public Tensor read(String name) throws WeightFileException {
    StoredTensor tensor = tensor(name);
    long elements = tensor.info().elements();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new WeightFileException(
          path,
          "tensor '%s' has %d values, more than one array holds; read it in parts"
              .formatted(name, elements));
    }
    float[] values = new float[(int) elements];
    tensor.read(0, values);
    return new Tensor(tensor.info().shape(), values);
  }

  /**
   * A part of a tensor's values, as float32 in row-major order; for tensors of any size.
   *
   * @param name the tensor
   * @param from the first value
   * @param destination filled with the values from there on
   * @throws WeightFileException if there is no such tensor, or the part is not all within it
   */
  public void read(String name, long from, float[] destination) throws WeightFileException {
    StoredTensor tensor = tensor(name);
    long elements = tensor.info().elements();
    if (from < 0 || destination.length > elements - from) {
      throw new WeightFileException(
          path,
          "tensor '%s' has %d values, but %d from value %d were asked for"
              .formatted(name, elements, destination.length, from));
    }
    tensor.read(from, destination);
  }

  /** All tensors' values by name, as float32. */
  public SequencedMap<String, Tensor> readAll() throws WeightFileException {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    for (String name : new ArrayList<>(tensors.keySet())) {
      all.put(name, read(name));
    }
    return all;
  }

  /** Unmaps the file; nothing can be read afterwards. */
  @Override
  public void close() {
    arena.close();
  }

  private StoredTensor tensor(String name) throws WeightFileException {
    StoredTensor tensor = stored.get(name);
    if (tensor == null) {
      throw new WeightFileException(path, "there is no tensor named '%s'".formatted(name));
    }
    return tensor;
  }
}
