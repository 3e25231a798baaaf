package org.resnext4j.training.run;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.resnext4j.engine.tensor.Tensor;

/**
 * Tensors by name that are made when somebody asks for them, each time anew: copies out of flat
 * arrays. So a checkpoint is written with one tensor in memory at a time.
 */
public final class TensorView extends AbstractMap<String, Tensor> {

  private final SequencedMap<String, Supplier<Tensor>> tensors;

  /**
   * A view.
   *
   * @param tensors makes each tensor, by its name, in the view's order
   */
  public TensorView(SequencedMap<String, Supplier<Tensor>> tensors) {
    this.tensors = tensors;
  }

  @Override
  public Tensor get(Object name) {
    Supplier<Tensor> tensor = tensors.get(name);
    return tensor == null ? null : tensor.get();
  }

  @Override
  public boolean containsKey(Object name) {
    return tensors.containsKey(name);
  }

  @Override
  public Set<String> keySet() {
    return tensors.sequencedKeySet();
  }

  @Override
  public Set<Map.Entry<String, Tensor>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<String, Tensor>> iterator() {
        Function<Map.Entry<String, Supplier<Tensor>>, Map.Entry<String, Tensor>> make =
            entry -> Map.entry(entry.getKey(), entry.getValue().get());
        return tensors.entrySet().stream().map(make).iterator();
      }

      @Override
      public int size() {
        return tensors.size();
      }
    };
  }
}
