package org.resnext4j.detection.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Shape;

/**
 * The plans of one model for the most recent input shapes. All plans share the memory of the plan
 * for the largest shape, so the largest shape bounds the memory. Only one thread at a time may use
 * an instance.
 *
 * @param <P> plans of inference or of training
 */
final class Plans<P> {

  private final Function<Shape, P> fresh;
  private final Resizing<P> resizing;
  private final Map<Shape, P> used;
  private Optional<Largest<P>> largest = Optional.empty();

  /** Creates a plan for another shape in the memory of an existing plan. */
  private interface Resizing<P> {
    P resize(P plan, Shape shape);
  }

  /** The plan that owns the memory. */
  private record Largest<P>(Shape shape, P plan) {}

  private Plans(Function<Shape, P> fresh, Resizing<P> resizing, int most) {
    this.fresh = fresh;
    this.resizing = resizing;
    this.used = new Recent<>(most);
  }

  /**
   * Creates an empty set of plans.
   *
   * @param most largest number of plans to keep
   */
  static Plans<InferencePlan> of(InferenceModel model, int most) {
    return new Plans<>(model::plan, InferencePlan::resized, most);
  }

  /**
   * Creates an empty set of plans.
   *
   * @param most largest number of plans to keep
   */
  static Plans<TrainingPlan> of(TrainingModel model, int most) {
    return new Plans<>(model::plan, TrainingPlan::resized, most);
  }

  /** Plans by shape. When the map is full, it removes the least recently used plan. */
  private static final class Recent<P> extends LinkedHashMap<Shape, P> {

    private static final long serialVersionUID = 1L;

    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Shape, P> eldest) {
      return size() > most;
    }
  }

  /**
   * The plan for a shape. Its outputs stay valid until another plan of this model runs.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot process the shape
   */
  P of(Shape shape) {
    P known = used.get(shape);
    if (known != null) {
      return known;
    }
    P made;
    if (largest.isPresent() && shape.elements() <= largest.get().shape().elements()) {
      made = resizing.resize(largest.get().plan(), shape);
    } else {
      // The older plans own smaller memory and are dropped before the larger memory is allocated.
      used.clear();
      largest = Optional.empty();
      made = fresh.apply(shape);
      largest = Optional.of(new Largest<>(shape, made));
    }
    used.put(shape, made);
    return made;
  }

  /** Number of plans that are kept. */
  int count() {
    return used.size();
  }
}
