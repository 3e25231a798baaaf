package org.resnext4j.engine.cpu.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Plans the memory of a {@link TrainingProgram} while the compilers make its steps. It counts the
 * steps, and records the life span of each buffer and the largest need of the {@link Workspace}.
 * Finally it assigns arrays to buffers; buffers with disjoint life spans share an array.
 */
final class BufferPlan {

  private final List<Buffer> buffers = new ArrayList<>();
  private Workspace.Need need = Workspace.Need.NOTHING;
  private int steps;

  /** A new buffer that no step uses yet. */
  Buffer buffer(long size) {
    Buffer buffer = new Buffer(size);
    buffers.add(buffer);
    return buffer;
  }

  /** Starts the next step. The following calls refer to it. */
  void nextStep() {
    steps++;
  }

  /**
   * Records that the current step reads or writes some maps. Before the first step, the call refers
   * to the first step.
   */
  void use(PixelSource... maps) {
    use(List.of(maps));
  }

  /** Records that the current step reads or writes some maps. */
  void use(List<PixelSource> maps) {
    maps.forEach(map -> map.buffers().forEach(this::use));
  }

  /**
   * Records that the current step reads or writes a buffer. Before the first step, the call refers
   * to the first step.
   */
  void use(Buffer buffer) {
    buffer.usedAt(Math.max(0, steps - 1));
  }

  /** Records that a buffer is read after the last step. */
  void useAfterAll(Buffer buffer) {
    buffer.usedAt(steps);
  }

  /** Records a need of the workspace. */
  void need(Workspace.Need more) {
    need = need.or(more);
  }

  /** The largest need of all steps, region by region. */
  Workspace.Need need() {
    return need;
  }

  /** Buffers that share one array. The first one is the largest. */
  private record Slot(int size, List<Buffer> members) {
    boolean isFree(Buffer buffer) {
      return members.stream()
          .allMatch(b -> b.lastStep() < buffer.firstStep() || b.firstStep() > buffer.lastStep());
    }
  }

  /**
   * Assigns an array to each buffer, the largest buffer first. Buffers with disjoint life spans
   * share an array. Returns the size of all arrays in bytes.
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
