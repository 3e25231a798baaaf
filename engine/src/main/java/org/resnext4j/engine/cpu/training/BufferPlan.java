package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Plans the memory of a {@link TrainingProgram} while its steps are made. It counts the steps,
 * notes the first and last step of each buffer, and the largest need of the {@link Workspace}. In
 * the end it deals out arrays; buffers that are never needed at the same time share one.
 */
final class BufferPlan {

  private final List<Buffer> buffers = new ArrayList<>();
  private Workspace.Need need = Workspace.Need.NOTHING;
  private int steps;

  /** A new buffer, so far needed by no step. */
  Buffer buffer(long size) {
    Buffer buffer = new Buffer(size);
    buffers.add(buffer);
    return buffer;
  }

  /** Counts one more step; what is used from now on is used by it. */
  void nextStep() {
    steps++;
  }

  /**
   * Notes that the present step reads or writes some maps; without one yet, that the first does.
   */
  void use(PixelSource... maps) {
    use(List.of(maps));
  }

  /** As {@link #use(PixelSource...)}, for a list of maps. */
  void use(List<PixelSource> maps) {
    maps.forEach(map -> map.buffers().forEach(this::use));
  }

  /** Notes that the present step reads or writes a buffer; without one yet, that the first does. */
  void use(Buffer buffer) {
    buffer.usedAt(Math.max(0, steps - 1));
  }

  /** Notes that a buffer is read when all steps are done. */
  void useAfterAll(Buffer buffer) {
    buffer.usedAt(steps);
  }

  /** Notes what the present step needs of the workspace. */
  void need(Workspace.Need more) {
    need = need.or(more);
  }

  /** What the greediest steps need of the workspace. */
  Workspace.Need need() {
    return need;
  }

  /** A turn at an array for some buffers, the first of them the largest. */
  private record Slot(int size, List<Buffer> members) {
    boolean isFree(Buffer buffer) {
      return members.stream()
          .allMatch(b -> b.lastStep() < buffer.firstStep() || b.firstStep() > buffer.lastStep());
    }
  }

  /**
   * Deals out arrays, the largest first, each to buffers whose times do not overlap; returns their
   * bytes.
   */
  long allocate(ActivationMemory memory) {
    List<Slot> slots = new ArrayList<>();
    List<Buffer> sorted =
        buffers.stream()
            .filter(b -> b.lastStep() >= 0)
            .sorted(Comparator.comparingInt(Buffer::size).reversed())
            .toList();
    for (Buffer buffer : sorted) {
      Slot slot =
          slots.reversed().stream()
              .filter(s -> s.isFree(buffer))
              .findFirst()
              .orElseGet(() -> {
                Slot fresh = new Slot(buffer.size(), new ArrayList<>());
                slots.add(fresh);
                return fresh;
              });
      slot.members().add(buffer);
    }
    memory.requireRoom(slots.stream().mapToInt(Slot::size).toArray());
    long bytes = 0;
    for (int i = 0; i < slots.size(); i++) {
      float[] array = memory.array(i, slots.get(i).size());
      slots.get(i).members().forEach(b -> b.give(array));
      bytes += 4L * array.length;
    }
    return bytes;
  }
}
