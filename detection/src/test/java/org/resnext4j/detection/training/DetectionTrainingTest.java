package org.resnext4j.detection.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.detection.Detector;
import org.resnext4j.detection.DetectorFile;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.CocoJson;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.annotation.Remarks;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.run.Metrics;

/** Detectors train with the trainer of classification: the same bits, whatever happens. */
class DetectionTrainingTest {

  private static final ResNeXt TINY =
      ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(4).width(4).build();
  private static final FasterRcnn DETECTOR = new FasterRcnn(TINY, FasterRcnn.Form.V1, 3, 8, 1e-5);

  @TempDir private static Path data;
  @TempDir private Path folder;

  @BeforeAll
  static void writeADataSet() throws IOException {
    Random random = new Random(4);
    write("train", 5, random);
    write("val", 2, random);
  }

  /** Pictures of one dark and one light rectangle each; the last has no rectangle. */
  private static void write(String split, int count, Random random) throws IOException {
    Files.createDirectories(data.resolve(split));
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int height = i % 2 == 0 ? 60 : 40;
      BufferedImage image = new BufferedImage(100 - height, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(Color.GRAY);
      graphics.fillRect(0, 0, image.getWidth(), height);
      List<TrueBox> boxes = new ArrayList<>();
      for (int object = 0; object < (i == count - 1 ? 0 : 2); object++) {
        int left = random.nextInt(20);
        int top = 20 * object + random.nextInt(5);
        graphics.setColor(object == 0 ? Color.BLACK : Color.WHITE);
        graphics.fillRect(left, top, 18, 12);
        boxes.add(new TrueBox(3 + 4 * object, new Rectangle(left, top, 18, 12), 216, false, false));
      }
      graphics.dispose();
      String name = i + ".png";
      ImageIO.write(image, "png", data.resolve(split).resolve(name).toFile());
      pictures.add(new Picture(i, name, height, 100 - height, boxes));
    }
    Files.createDirectories(data.resolve("annotations"));
    CocoJson.write(
        data.resolve("annotations/instances_%s.json".formatted(split)),
        new Annotations(
            List.of(new Category(3, "dark"), new Category(7, "light")), pictures, new Remarks()));
  }

  private static DetectionObjective objective() throws IOException {
    DetectionRecipe recipe =
        DetectionRecipe.of("fine-tune-detection")
            .with(
                Map.of(
                    "loop.epochs", "2",
                    "loop.batch", "2",
                    "pictures.shorterSides", "[64, 48]",
                    "pictures.longerSide", "96",
                    "frozen.trainableStages", "5",
                    "frozen.frozenNorms", "false",
                    "learning.boxSampler.count", "32",
                    "proposals.perPicture", "50"));
    DetectionSets sets = DetectionSets.open(data);
    return new DetectionObjective(
        new DetectionRun(
            DETECTOR,
            recipe,
            5,
            data.toString(),
            "",
            2,
            List.of("dark", "light"),
            sets.counts(),
            sets.examples().checksum()),
        sets);
  }

  private static Trainer.Options options(int threads) {
    return new Trainer.Options(threads, threads, false, Duration.ofHours(1), 0, 1);
  }

  @Test
  void anInterruptedRunOnOtherThreadsEndsInTheSameBits() throws Exception {
    Map<String, Tensor> first = DetectorInitialiser.initialise(DETECTOR, 5);
    Path whole = folder.resolve("whole");
    new Trainer(objective(), whole, options(1), TrainingListener.SILENT).run(first);

    Path halves = folder.resolve("halves");
    AtomicReference<Trainer> trainer = new AtomicReference<>();
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
            trainer.get().stop();
          }
        };
    trainer.set(new Trainer(objective(), halves, options(2), stopping));
    assertThat(trainer.get().run(first)).isEqualTo(Trainer.Outcome.STOPPED);
    new Trainer(objective(), halves, options(2), TrainingListener.SILENT).resume();

    assertThat(halves.resolve(RunFiles.MODEL))
        .hasSameBinaryContentAs(whole.resolve(RunFiles.MODEL));
    List<Metrics> lines = Metrics.read(whole.resolve(Metrics.FILE));
    List<Double> losses =
        lines.stream()
            .filter(Metrics.Epoch.class::isInstance)
            .map(line -> ((Metrics.Epoch) line).loss())
            .toList();
    assertThat(losses).hasSize(2);
    assertThat(losses.get(1)).isLessThan(losses.get(0));
    Metrics.Epoch last = (Metrics.Epoch) lines.getLast();
    assertThat(last.validation().orElseThrow().headline()).isEqualTo("AP");

    // The model's file carries all that a user needs.
    try (Detector detector = Detector.load(whole.resolve(RunFiles.MODEL))) {
      assertThat(detector.classNames()).containsExactly("background", "dark", "light");
      assertThat(detector.options().shorterSide()).isEqualTo(48);
      assertThat(detector.architecture()).isEqualTo(DETECTOR);
    }
    assertThat(DetectionRun.read(whole)).isEqualTo(objective().run());
  }

  @Test
  void picturesWithoutABoxAreCountedAndLeftOut() throws IOException {
    DetectionSets sets = DetectionSets.open(data);
    assertThat(sets.examples().examples()).hasSize(4);
    assertThat(sets.examples().picturesLeftOut()).isEqualTo(1);
    assertThat(sets.examples().examples().getFirst().objects().classes()).containsExactly(1, 2);
  }

  @Test
  void aBatchHasWidePicturesOrTallOnesAndNoneIsLost() {
    int[] order = {5, 3, 0, 2, 4, 1, 6, 8, 7};
    int[] grouped = AspectGroups.group(order, 2, picture -> picture % 2 == 0);
    assertThat(grouped).containsExactlyInAnyOrder(order);
    for (int batch = 0; batch < 3; batch++) {
      assertThat(grouped[2 * batch] % 2).isEqualTo(grouped[2 * batch + 1] % 2);
    }
  }

  @Test
  void everyRecipeCanBeReadAndChanged() throws IOException {
    for (String name : DetectionRecipe.NAMES) {
      DetectionRecipe recipe = DetectionRecipe.of(name);
      assertThat(recipe.name()).isEqualTo(name);
      assertThat(recipe.with(Map.of("pictures.flip", "0")).pictures().flip()).isZero();
    }
    assertThatThrownBy(() -> DetectionRecipe.of("torchvision").with(Map.of("pictures.flop", "1")))
        .hasMessageContaining("has no field 'pictures.flop'");
  }

  @Test
  void everyNumberOfTheLoopIsCheckedByItsFieldsName() throws IOException {
    DetectionRecipe recipe = DetectionRecipe.of("torchvision");
    assertThatThrownBy(() -> recipe.with(Map.of("loop.epochs", "0")))
        .hasMessageContaining("loop.epochs must be at least 1, but was 0");
    assertThatThrownBy(() -> recipe.with(Map.of("loop.averageEvery", "0")))
        .hasMessageContaining("loop.averageEvery must be at least 1, but was 0");
    assertThatThrownBy(() -> recipe.with(Map.of("loop.averageDecay", "1")))
        .hasMessageContaining("loop.averageDecay must be at least 0 and below 1, but was 1.0");
  }

  @Test
  void aDetectorOfOtherClassesGetsNewLastLayersAndKeepsTheRest() throws Exception {
    Map<String, Tensor> trained = DetectorInitialiser.initialise(DETECTOR.withClasses(5), 9);
    Path file = folder.resolve("trained.safetensors");
    FasterRcnn five = DETECTOR.withClasses(5);
    List<String> names = IntStream.range(0, 5).mapToObj(i -> "name " + i).toList();
    DetectorFile.save(
        file,
        new DetectorFile(five, DetectionOptions.DEFAULTS, names, five.weights(trained)),
        Map.of());
    DetectionRequest.Prepared prepared =
        new DetectionRequest(
                data,
                Optional.empty(),
                FasterRcnn.Form.V2,
                "fine-tune-detection",
                Map.of(),
                Optional.of(file),
                1,
                1)
            .prepare();
    assertThat(prepared.objective().run().detector()).isEqualTo(DETECTOR);
    String kept = "roi_heads.box_head.fc7.weight";
    assertThat(prepared.weights().get(kept).values()).isEqualTo(trained.get(kept).values());
    assertThat(prepared.weights().get("roi_heads.box_predictor.cls_score.weight").shape())
        .containsExactly(3, 1024);
  }

  @Test
  void frozenPartsNeedTrainedWeights() {
    DetectionRequest request =
        new DetectionRequest(
            data,
            Optional.of("resnext50_32x4d"),
            FasterRcnn.Form.V1,
            "torchvision",
            Map.of(),
            Optional.empty(),
            1,
            1);
    assertThatThrownBy(request::prepare)
        .hasMessageContaining("freezes a part of the trunk")
        .hasMessageContaining("--weights");
  }
}
