package org.resnext4j.detection.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Shape;

/**
 * The plans of one model for the input shapes used last. All of them share the memory of the
 * largest, so what they take is bounded by the largest shape. For one thread at a time.
 */
final class Plans {

  private final InferenceModel model;
  private final Map<Shape, InferencePlan> used;
  private Optional<InferencePlan> largest = Optional.empty();

  /**
   * No plans yet.
   *
   * @param most plans to keep
   */
  Plans(InferenceModel model, int most) {
    this.model = model;
    this.used = new Recent(most);
  }

  /** Plans by shape, without the one whose last use is longest ago. */
  private static final class Recent extends LinkedHashMap<Shape, InferencePlan> {

    private static final long serialVersionUID = 1L;

    private final int most;

    Recent(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Shape, InferencePlan> eldest) {
      return size() > most;
    }
  }

  /**
   * The plan for a shape; its outputs last until another plan of this model runs.
   *
   * @throws org.resnext4j.engine.graph.ShapeException if the network cannot take the shape
   */
  InferencePlan of(Shape shape) {
    InferencePlan known = used.get(shape);
    if (known != null) {
      return known;
    }
    InferencePlan made;
    if (largest.isPresent() && shape.elements() <= largest.get().inputShape().elements()) {
      made = largest.get().resized(shape);
    } else {
      // The older plans hold smaller memory of their own: they go before the larger is taken.
      used.clear();
      largest = Optional.empty();
      made = model.plan(shape);
      largest = Optional.of(made);
    }
    used.put(shape, made);
    return made;
  }

  /** Plans that are kept. */
  int count() {
    return used.size();
  }
}
