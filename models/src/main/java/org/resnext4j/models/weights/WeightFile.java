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
 * An open weight file. Opening reads the names, types and shapes of the tensors; {@link #read}
 * reads values on request. The file stays mapped into memory until {@link #close}. Many threads may
 * read it at once.
 */
public final class WeightFile implements AutoCloseable {

  /**
   * The number of elements that views, such as an expanded vector, may repeat even in a small file.
   */
  private static final long REPEATED_ELEMENTS = 1 << 20;

  /** The most keys that a note lists. */
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
   * Creates an open file from its parsed content.
   *
   * @param arena the arena that holds the mapping; {@link #close} closes it
   * @param fileSize the file's true size in bytes, which limits the memory of the tensors
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

  /** Returns the path of the file. */
  public Path path() {
    return path;
  }

  /** Returns the file's format. The content determines it. */
  public WeightFormat format() {
    return format;
  }

  /** Returns the metadata: free text, by key. Only safetensors files have metadata. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /** Returns the name, type and shape of every tensor, in the file's order. */
  public SequencedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  /** Returns the network that the search found in the file. */
  Optional<NetworkSearch.Found> network() {
    return network;
  }

  /** Returns the reason why the file holds no complete network; empty if it holds one. */
  Optional<String> problem() {
    return problem;
  }

  /** Returns the reason why each unreadable tensor cannot be read, by the tensor's full name. */
  public Map<String, String> unreadable() {
    return unreadable;
  }

  /**
   * Returns one sentence for the user about the choice among several networks or state dicts; empty
   * if the file offers no choice.
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
   * Returns one sentence for the user about the ignored tensors: their number under each key. Empty
   * if the file has no such tensors.
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

  /** Returns the names of ignored objects in the file, such as an optimiser's state. */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * Reads a tensor's values as float32.
   *
   * @throws WeightFileException if the file has no such tensor, or the tensor has more values than
   *     an array can hold
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
   * Reads a part of a tensor's values as float32, in row-major order. The tensor may have any size.
   *
   * @param name the tensor's name
   * @param from the index of the first value
   * @param destination the array that the method fills with the values from there on
   * @throws WeightFileException if the file has no such tensor, or the part exceeds the tensor
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

  /** Reads the values of all tensors as float32, by name. */
  public SequencedMap<String, Tensor> readAll() throws WeightFileException {
    SequencedMap<String, Tensor> all = new LinkedHashMap<>();
    for (String name : new ArrayList<>(tensors.keySet())) {
      all.put(name, read(name));
    }
    return all;
  }

  /** Unmaps the file. No method can read values afterwards. */
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
