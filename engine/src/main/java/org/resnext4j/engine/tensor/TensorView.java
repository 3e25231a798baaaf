package org.resnext4j.engine.tensor;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An unmodifiable map of tensors by name. Each read copies a tensor from a flat array, so code that
 * reads one tensor after another holds one copy at a time.
 *
 * {@snippet :
 * List<FlatTensors> arrays = List.of(training.parameters(), training.runningStatistics());
 * Map<String, Tensor> view = Weights.view(graph, arrays).tensors();
 * Tensor now = view.get("fc.bias"); // the current values
 * }
 */
public final class TensorView extends AbstractMap<String, Tensor>
    implements SequencedMap<String, Tensor> {

  private final SequencedMap<String, Supplier<Tensor>> sources;

  /**
   * Creates a view.
   *
   * @param sources the function that makes each tensor, by name, in the order of the view
   */
  public TensorView(SequencedMap<String, Supplier<Tensor>> sources) {
    this.sources = sources;
  }

  @Override
  public Tensor get(Object name) {
    Supplier<Tensor> source = sources.get(name);
    return source == null ? null : source.get();
  }

  @Override
  public boolean containsKey(Object name) {
    return sources.containsKey(name);
  }

  @Override
  public Set<String> keySet() {
    return sources.sequencedKeySet();
  }

  @Override
  public SequencedMap<String, Tensor> reversed() {
    return new TensorView(sources.reversed());
  }

  @Override
  public Set<Map.Entry<String, Tensor>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Tensor>> iterator() {
        Function<Map.Entry<String, Supplier<Tensor>>, Map.Entry<String, Tensor>> make =
            entry -> Map.entry(entry.getKey(), entry.getValue().get());
        return sources.entrySet().stream().map(make).iterator();
      }

      @Override
      public int size() {
        return sources.size();
      }
    };
  }
}
