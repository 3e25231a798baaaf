package org.resnext4j.engine.cpu.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.engine.cpu.inference.Layer.Value;
import org.resnext4j.engine.cpu.kernel.Packing;
import org.resnext4j.engine.graph.Shape;

/**
 * Places every activation of a network in one array. Activations with disjoint life spans share
 * memory.
 *
 * <p>An activation with a border of zeros shares its place only with activations of the same
 * geometry. No layer then writes to the border, so it stays zero.
 */
final class MemoryPlan {

  /** A need for memory from one layer to another, including both. */
  private record Room(long length, int from, int to) {
    boolean overlapsInTime(Room other) {
      return from <= other.to && other.from <= to;
    }
  }

  private record Placed(Room room, long start) {}

  /** The geometry that activations must share to use the same place with a border. */
  private record Geometry(Shape pixels, int halo, int stride) {}

  private static final class Bordered {
    private final long length;
    private int freeFrom;
    private final List<Value> values = new ArrayList<>();

    Bordered(long length) {
      this.length = length;
    }
  }

  private final Map<Value, ActivationPlace> storages = new HashMap<>();
  private final List<Placed> bordered = new ArrayList<>();
  private final int length;

  /**
   * Places all values.
   *
   * @param layers the layers in their order
   * @param shapes the shape of every node's output
   * @param kept values that must outlive the run
   */
  MemoryPlan(List<Layer> layers, List<Shape> shapes, List<Value> kept) {
    Map<Value, Integer> first = new HashMap<>();
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      first.put(layers.get(i).output(), i);
      last.put(layers.get(i).output(), i);
      for (Value input : layers.get(i).inputs()) {
        last.put(input, i);
      }
    }
    kept.forEach(value -> last.put(value, layers.size()));

    Map<Geometry, List<Bordered>> byGeometry = new HashMap<>();
    Map<Object, Room> rooms = new HashMap<>();
    for (Layer layer : layers) {
      Value value = layer.output();
      Shape shape = shapes.get(value.node());
      long size = ActivationPlace.length(shape, value.layout(), value.halo());
      int from = first.get(value);
      int to = last.get(value);
      if (value.halo() == 0) {
        rooms.put(value, new Room(size, from, to));
      } else {
        Shape pixels = new Shape(shape.batch(), shape.height(), shape.width(), 1);
        Geometry geometry = new Geometry(pixels, value.halo(), value.layout().stride());
        List<Bordered> places = byGeometry.computeIfAbsent(geometry, g -> new ArrayList<>());
        Bordered place =
            places.stream()
                .filter(p -> p.freeFrom <= from)
                .findFirst()
                .orElseGet(() -> {
                  Bordered fresh = new Bordered(size);
                  places.add(fresh);
                  return fresh;
                });
        place.freeFrom = to + 1;
        place.values.add(value);
        rooms.put(place, new Room(place.length, 0, layers.size()));
      }
    }

    // The largest comes first. Each takes the lowest gap between those with overlapping life spans.
    List<Placed> placed = new ArrayList<>();
    long end = Packing.ALIGNMENT_SHIFT;
    List<Map.Entry<Object, Room>> largestFirst =
        rooms.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<Object, Room> e) -> -e.getValue().length())
                    .thenComparingInt(e -> e.getValue().from()))
            .toList();
    for (Map.Entry<Object, Room> entry : largestFirst) {
      Room room = entry.getValue();
      long start = lowest(room, placed);
      placed.add(new Placed(room, start));
      end = Math.max(end, start + room.length());
      int base = Math.toIntExact(start);
      switch (entry.getKey()) {
        case Value value -> storages.put(value, storage(base, shapes, value));
        case Bordered place -> {
          place.values.forEach(value -> storages.put(value, storage(base, shapes, value)));
          bordered.add(placed.getLast());
        }
        default -> throw new IllegalStateException("only values and places have rooms");
      }
    }
    this.length = Math.toIntExact(end + Packing.LINE);
  }

  private static ActivationPlace storage(int base, List<Shape> shapes, Value value) {
    return new ActivationPlace(base, shapes.get(value.node()), value.layout(), value.halo());
  }

  private static long lowest(Room room, List<Placed> placed) {
    List<Placed> inTheWay =
        placed.stream()
            .filter(p -> p.room().overlapsInTime(room))
            .sorted(Comparator.comparingLong(Placed::start))
            .toList();
    long start = Packing.ALIGNMENT_SHIFT;
    for (Placed other : inTheWay) {
      if (start + room.length() <= other.start()) {
        break;
      }
      start = Math.max(start, Packing.align(other.start() + other.room().length()));
    }
    return start;
  }

  /** The place of a value. */
  ActivationPlace storage(Value value) {
    return storages.get(value);
  }

  /** Writes zeros to every border, because other plans may have written to the memory. */
  void clearBorders(float[] memory) {
    for (Placed place : bordered) {
      int start = Math.toIntExact(place.start());
      Arrays.fill(memory, start, Math.toIntExact(start + place.room().length()), 0f);
    }
  }

  /** The number of floats that the plan needs. */
  int length() {
    return length;
  }
}
