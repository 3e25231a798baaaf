package org.resnext4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnext4j.training.TestPictures;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageException;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.data.Dataset;

class InputPipelineTest {

  private static final Preprocessing PREPROCESSING = Preprocessing.cifar().withSizes(8, 8);
  private static final List<AugmentationStep> AUGMENTATIONS =
      List.of(
          new AugmentationStep.PadAndCrop(2),
          new AugmentationStep.Flip(0.5),
          new AugmentationStep.Jitter(0.4, 0.4, 0.4, 0.1),
          new AugmentationStep.Light(0.1),
          new AugmentationStep.Erasing(0.5));

  @Test
  void batchesDoNotDependOnTheNumberOfThreads() throws Exception {
    Mixing mixing = new Mixing(0.2, 1);
    assertThat(epoch(mixing, 1, 3, 0)).containsExactly(epoch(mixing, 5, 3, 0));
  }

  @Test
  void anEpochBegunInTheMiddleGivesTheSameRest() throws Exception {
    float[] whole = epoch(Mixing.NONE, 2, 3, 0);
    float[] rest = epoch(Mixing.NONE, 2, 3, 4);
    assertThat(rest)
        .containsExactly(Arrays.copyOfRange(whole, whole.length - rest.length, whole.length));
  }

  @Test
  void everyEpochAugmentsAnew() throws Exception {
    assertThat(epoch(Mixing.NONE, 2, 3, 0)).isNotEqualTo(epoch(Mixing.NONE, 2, 4, 0));
  }

  @Test
  void aRepeatedPictureIsAugmentedInAnotherWayEachTime() throws Exception {
    try (InputPipeline pipeline =
        new InputPipeline(
            TestPictures.of(4, 8, 2),
            new InputPipeline.Options(4, PREPROCESSING, 1, 1, false),
            AUGMENTATIONS,
            Mixing.NONE)) {
      pipeline.start(0, EpochOrder.repeated(new int[] {2, 0, 3, 1}, 4), 0);
      Batch batch = pipeline.take();
      int length = PREPROCESSING.elements();
      assertThat(batch.labels()).containsOnly(batch.labels()[0]);
      assertThat(Arrays.copyOf(batch.images(), length))
          .isNotEqualTo(Arrays.copyOfRange(batch.images(), length, 2 * length));
    }
  }

  @Test
  void withoutAugmentationAPictureIsWhatPreprocessingMakesOfIt() throws Exception {
    Dataset data = TestPictures.of(4, 8, 2);
    try (InputPipeline pipeline =
        new InputPipeline(
            data,
            new InputPipeline.Options(4, PREPROCESSING, 1, 1, false),
            List.of(),
            Mixing.NONE)) {
      pipeline.start(0, new int[] {2, 0, 3, 1}, 0);
      Batch batch = pipeline.take();
      float[] expected = new float[PREPROCESSING.elements()];
      PREPROCESSING.apply(data.read(2), expected, 0);
      assertThat(Arrays.copyOf(batch.images(), expected.length)).containsExactly(expected);
      assertThat(batch.labels()).containsExactly(0, 0, 1, 1);
      assertThat(batch.targets()).containsExactly(1, 0, 1, 0, 0, 1, 0, 1);
    }
  }

  @Test
  void theRestOfAnEpochIsKeptWhereAskedFor() throws Exception {
    try (InputPipeline pipeline =
        new InputPipeline(
            TestPictures.of(10, 8, 2),
            new InputPipeline.Options(4, PREPROCESSING, 1, 2, true),
            List.of(),
            Mixing.NONE)) {
      pipeline.start(0, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0);
      assertThat(pipeline.batches()).isEqualTo(3);
      List<Integer> sizes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sizes.add(pipeline.take().size());
      }
      assertThat(sizes).containsExactly(4, 4, 2);
      assertThatThrownBy(pipeline::take).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aCorruptPictureEndsTheEpochWithItsOwnMessage() {
    Dataset broken =
        new Dataset() {
          @Override
          public List<String> classes() {
            return List.of("a");
          }

          @Override
          public int size() {
            return 4;
          }

          @Override
          public int label(int index) {
            return 0;
          }

          @Override
          public String name(int index) {
            return "a/" + index;
          }

          @Override
          public Image read(int index) throws IOException {
            throw new ImageException("a/" + index + ": expected a picture, found 3 bytes");
          }
        };
    try (InputPipeline pipeline =
        new InputPipeline(
            broken,
            new InputPipeline.Options(2, PREPROCESSING, 1, 1, false),
            List.of(),
            Mixing.NONE)) {
      pipeline.start(0, new int[] {3, 1, 2, 0}, 0);
      assertThatThrownBy(pipeline::take)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a/3: expected a picture");
    }
  }

  @Test
  void theCacheReadsEachPictureOnce() throws Exception {
    int[] reads = new int[1];
    TestPictures pictures = TestPictures.of(2, 8, 2);
    Dataset counting =
        new Dataset() {
          @Override
          public List<String> classes() {
            return pictures.classes();
          }

          @Override
          public int size() {
            return pictures.size();
          }

          @Override
          public int label(int index) {
            return pictures.label(index);
          }

          @Override
          public String name(int index) {
            return pictures.name(index);
          }

          @Override
          public Image read(int index) {
            reads[0]++;
            return pictures.read(index);
          }
        };
    Dataset cached = new CachedDataset(counting);
    assertThat(cached.read(1)).isSameAs(cached.read(1)).isEqualTo(pictures.read(1));
    assertThat(reads[0]).isEqualTo(1);
  }

  /** All images and targets of an epoch, from a batch on, one after another. */
  private static float[] epoch(Mixing mixing, int threads, int epoch, int firstBatch)
      throws Exception {
    Dataset data = TestPictures.of(50, 8, 3);
    int length = PREPROCESSING.elements() + 3;
    try (InputPipeline pipeline =
        new InputPipeline(
            data,
            new InputPipeline.Options(8, PREPROCESSING, 11, threads, false),
            AUGMENTATIONS,
            mixing)) {
      pipeline.start(epoch, EpochOrder.of(50, 11, epoch), firstBatch);
      float[] all = new float[(pipeline.batches() - firstBatch) * 8 * length];
      int at = 0;
      for (int i = firstBatch; i < pipeline.batches(); i++) {
        Batch batch = pipeline.take();
        System.arraycopy(batch.images(), 0, all, at, batch.images().length);
        at += batch.images().length;
        System.arraycopy(batch.targets(), 0, all, at, batch.targets().length);
        at += batch.targets().length;
        pipeline.recycle(batch);
      }
      return all;
    }
  }
}
