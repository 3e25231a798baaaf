package org.resnext4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.resnext4j.training.TestPictures;
import org.resnext4j.vision.data.Dataset;

class EpochOrderTest {

  @Property
  void anOrderHasEveryPictureOnce(@ForAll @IntRange(max = 300) int size, @ForAll long seed) {
    int[] order = EpochOrder.of(size, seed, 0);
    assertThat(Arrays.stream(order).sorted().toArray())
        .containsExactly(IntStream.range(0, size).toArray());
  }

  @Test
  void seedAndEpochDecideTheOrder() {
    assertThat(EpochOrder.of(100, 1, 2))
        .containsExactly(EpochOrder.of(100, 1, 2))
        .isNotEqualTo(EpochOrder.of(100, 1, 3))
        .isNotEqualTo(EpochOrder.of(100, 2, 2));
  }

  @Test
  void repeatedPicturesComeInARowAndAreCounted() {
    int[] order = EpochOrder.repeated(new int[] {4, 2, 0, 1, 3}, 2);
    assertThat(order).containsExactly(4, 4, 2, 2, 0);
    assertThat(IntStream.range(0, 5).map(i -> EpochOrder.repetition(order, i)).toArray())
        .containsExactly(0, 1, 0, 1, 0);
  }

  @Property
  void shardsShareNoPictureAndAreOfOneLength(
      @ForAll @IntRange(min = 1, max = 7) int workers, @ForAll @IntRange(max = 100) int size) {
    int[] order = EpochOrder.of(size, 5, 0);
    Set<Integer> seen = new HashSet<>();
    for (int worker = 0; worker < workers; worker++) {
      int[] shard = EpochOrder.shard(order, worker, workers);
      assertThat(shard).hasSize(size / workers);
      Arrays.stream(shard).forEach(index -> assertThat(seen.add(index)).isTrue());
    }
  }

  @Test
  void aSplitKeepsBackTheShareOfEachClass() {
    Dataset data = TestPictures.of(300, 4, 3);
    EpochOrder.Split split = EpochOrder.split(data, 0.2, 1);
    assertThat(split.validation().classCounts()).containsExactly(20, 20, 20);
    assertThat(split.training().classCounts()).containsExactly(80, 80, 80);
    Set<String> names = new HashSet<>(names(split.training()));
    assertThat(names).doesNotContainAnyElementsOf(names(split.validation())).hasSize(240);
    assertThat(names(EpochOrder.split(data, 0.2, 1).validation()))
        .isEqualTo(names(split.validation()));
    assertThat(names(EpochOrder.split(data, 0.2, 2).validation()))
        .isNotEqualTo(names(split.validation()));
  }

  private static List<String> names(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::name).toList();
  }
}
