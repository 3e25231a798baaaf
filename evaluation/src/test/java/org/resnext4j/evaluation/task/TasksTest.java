package org.resnext4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.evaluation.Evaluation;
import org.resnext4j.evaluation.Evaluation.ViewResult;
import org.resnext4j.evaluation.EvaluationOptions;
import org.resnext4j.evaluation.EvaluationSet;
import org.resnext4j.evaluation.Evaluator;
import org.resnext4j.evaluation.Protocol;
import org.resnext4j.evaluation.report.EvaluationReport;
import org.resnext4j.evaluation.report.RunDetails;
import org.resnext4j.evaluation.robustness.Robustness;
import org.resnext4j.vision.Labels;

/**
 * Each task on a few pictures in its published layout, by a network whose answers are counted by
 * hand.
 */
final class TasksTest {

  private static final Labels IMAGENET = Labels.imagenet();

  @TempDir private Path data;

  @Test
  void imagenetReadsFoldersByWordNetId() throws Exception {
    // Tench is output 0, goldfish 1, great white shark 2.
    Colours.write(data.resolve("val/n01440764/a.png"), 0);
    Colours.write(data.resolve("val/n01440764/b.png"), 1); // wrong, its label comes last
    Colours.write(data.resolve("val/n01443537/c.png"), 999); // label is the third: right in top 5
    Colours.write(data.resolve("val/n01443537/d.png"), 1);
    Evaluation evaluation = evaluate(Task.IMAGENET, TaskInput.of(data).withPartial(), IMAGENET);
    ViewResult view = evaluation.views().getFirst();
    assertThat(value(view, "top-1 accuracy")).isEqualTo(50);
    assertThat(value(view, "top-5 accuracy")).isEqualTo(75);
    assertThat(view.metrics().confusion().count(0, 1)).isEqualTo(1);
    assertThat(view.setting()).isEqualTo("4 of 4");
    assertThat(evaluation.size()).isEqualTo(50_000);
    assertThat(evaluation.evaluated()).isEqualTo(4);
    assertThat(evaluation.skippedPictures()).isEqualTo(49_996);
    assertThat(EvaluationReport.text(evaluation))
        .contains("4 of 50000 pictures evaluated, 49996 skipped, 0 failed")
        .contains("a part of the data set");
  }

  @Test
  void anIncompleteImagenetSaysWhatIsMissingAndWhereItIs() throws IOException {
    Colours.write(data.resolve("n01440764/a.png"), 0);
    assertThatThrownBy(() -> Task.IMAGENET.read(TaskInput.of(data)))
        .isInstanceOf(DataSetException.class)
        .hasMessageContaining("1 of its 50000 pictures are there")
        .hasMessageContaining("999 of 1000 classes have none (n01443537, n01484850")
        .hasMessageContaining("1 have too few (n01440764: 1 of 50)")
        .hasMessageContaining("https://image-net.org")
        .hasMessageContaining("--partial");
  }

  @Test
  void imagenetReadsFlatFilesByTheDevelopmentKit() throws Exception {
    // The kit's numbers 3, 2, 1 are tench, English setter and kit fox: outputs 0, 212 and 278.
    kit("3\n2\n1\n");
    Colours.write(data.resolve("val/ILSVRC2012_val_00000001.JPEG"), 0);
    Colours.write(data.resolve("val/ILSVRC2012_val_00000002.JPEG"), 212);
    Colours.write(data.resolve("val/ILSVRC2012_val_00000003.JPEG"), 0);
    assertThat(IMAGENET.identifier(212)).isEqualTo("n02100735");
    assertThat(IMAGENET.identifier(278)).isEqualTo("n02119789");
    Evaluation evaluation = evaluate(Task.IMAGENET, TaskInput.of(data).withPartial(), IMAGENET);
    assertThat(value(evaluation.views().getFirst(), "top-1 accuracy"))
        .isCloseTo(200.0 / 3, within(1e-9));
    assertThat(evaluation.predictions())
        .containsEntry("ILSVRC2012_val_00000001.JPEG", 0)
        .containsEntry("ILSVRC2012_val_00000002.JPEG", 212);
    assertThatThrownBy(() -> Task.IMAGENET.read(TaskInput.of(data)))
        .hasMessageContaining("3 of its 50000 pictures are there");
  }

  @Test
  void flatFilesWithoutGroundTruthSayWhereItIs() throws IOException {
    Colours.write(data.resolve("ILSVRC2012_val_00000001.JPEG"), 0);
    assertThatThrownBy(() -> Task.IMAGENET.read(TaskInput.of(data)))
        .hasMessageContaining("ILSVRC2012_validation_ground_truth.txt")
        .hasMessageContaining("ILSVRC2012_devkit_t12.tar.gz");
    Path list =
        Files.writeString(data.resolve("list.txt"), "ILSVRC2012_val_00000001.JPEG n01443537\n");
    EvaluationSet set = Task.IMAGENET.read(TaskInput.of(data).withGroundTruth(list).withPartial());
    assertThat(set.pictures())
        .singleElement()
        .satisfies(p -> assertThat(p.labels()).containsExactly(1));
  }

  @Test
  void fiveThousandWayCountsOtherClassesAsWrongAndOneThousandWayCannotSayThem() throws Exception {
    // A network of four classes, two of them of the 1K list; blue means output 2, not in the list.
    Labels network = Labels.of(List.of("n01440764", "n01443537", "n99999998", "n99999999"));
    Path subset = Files.writeString(data.resolve("1k.txt"), "n01443537\nn01440764\n");
    Colours.write(data.resolve("val/n01440764/a.png"), 0);
    Colours.write(data.resolve("val/n01440764/b.png"), 2); // 1K-way: next allowed is output 0
    Colours.write(data.resolve("val/n01443537/c.png"), 2); // 1K-way: 0, wrong
    Evaluation evaluation =
        evaluate(Task.IMAGENET_5K, TaskInput.of(data).withSubset(subset).withPartial(), network);
    assertThat(evaluation.views())
        .extracting(ViewResult::setting)
        .containsExactly("4 of 4, 5K-way", "4 of 4, 1K-way");
    assertThat(value(evaluation.views().get(0), "top-1 accuracy"))
        .isCloseTo(100.0 / 3, within(1e-9));
    assertThat(value(evaluation.views().get(1), "top-1 accuracy"))
        .isCloseTo(200.0 / 3, within(1e-9));
  }

  @Test
  void cifarReadsFoldersAndSaysWhatIsMissing() throws Exception {
    Colours.write(data.resolve("test/airplane/1.png"), 0);
    Colours.write(data.resolve("test/cat/1.png"), 5); // a dog
    assertThatThrownBy(() -> Task.CIFAR10.read(TaskInput.of(data)))
        .hasMessageContaining("2 of its 10000 pictures are there")
        .hasMessageContaining("cifar-10-binary.tar.gz");
    Evaluation evaluation =
        evaluate(Task.CIFAR10, TaskInput.of(data).withPartial(), Labels.cifar10());
    assertThat(evaluation.dataSet()).isEqualTo("CIFAR-10 test");
    assertThat(value(evaluation.views().getFirst(), "top-1 accuracy")).isEqualTo(50);
    assertThat(evaluation.views().getFirst().metrics().mistakes())
        .singleElement()
        .satisfies(m -> assertThat(m.predicted()).isEqualTo(5));
  }

  @Test
  void cifarReadsItsBinaryFiles() throws Exception {
    byte[] records = new byte[2 * 3073];
    records[0] = 3;
    records[1 + 1024] = 3; // the first pixel's green: the network says 3
    records[3073] = 4; // black: the network says 0
    Files.write(data.resolve("test_batch.bin"), records);
    EvaluationSet set = Task.CIFAR10.read(TaskInput.of(data).withPartial());
    Evaluation evaluation =
        new Evaluator(
                Colours.network(10),
                Labels.cifar10(),
                Protocol.single(Colours.PLAIN.withSizes(32, 32)),
                EvaluationOptions.defaults())
            .evaluate(set);
    assertThat(value(evaluation.views().getFirst(), "top-1 accuracy")).isEqualTo(50);
    byte[] fine = new byte[3074];
    fine[1] = 99;
    Files.write(data.resolve("test.bin"), fine);
    Files.delete(data.resolve("test_batch.bin"));
    EvaluationSet hundred = Task.CIFAR100.read(TaskInput.of(data).withPartial());
    assertThat(hundred.classes().size()).isEqualTo(100);
    assertThat(hundred.pictures().getFirst().labels()).containsExactly(99);
  }

  @Test
  void cifarReadsASheetWithLabelsBesideIt() throws Exception {
    BufferedImage sheet = new BufferedImage(1024, 2, BufferedImage.TYPE_INT_RGB);
    sheet.setRGB(0, 1, 7 << 8);
    ImageIO.write(sheet, "png", data.resolve("sheet.png").toFile());
    Files.writeString(data.resolve("sheet.labels.txt"), "0\n7\n");
    EvaluationSet set = Task.CIFAR10.read(TaskInput.of(data.resolve("sheet.png")));
    assertThat(set.name()).isEqualTo("CIFAR-10 test, 2 pictures");
    assertThat(set.pictures().get(1).source().read().sample(0, 0, 1)).isEqualTo(7);
    Files.writeString(data.resolve("sheet.labels.txt"), "0\n10\n");
    assertThatThrownBy(() -> Task.CIFAR10.read(TaskInput.of(data.resolve("sheet.png"))))
        .hasMessageContaining("a label of 0 to 9 in line 2, but found '10'");
  }

  @Test
  void vizwizTakesAnyRightLabelAndOnlyItsCategories() throws Exception {
    Files.writeString(
        data.resolve("annotations.json"),
        """
        {"categories": [{"id": 0, "wordnet_id": "n01440764"}, {"id": 2, "wordnet_id": "n01484850"}],
         "images": [
          {"image": "VizWiz_a.png", "labels": [0, 2], "flaws": {"BLR": 1, "NON": 0}},
          {"image": "VizWiz_b.png", "labels": [2], "flaws": {"BLR": 1, "DRK": 1, "NON": 0}},
          {"image": "VizWiz_c.png", "labels": [0], "flaws": {"NON": 1}},
          {"image": "VizWiz_d.png", "labels": [2], "flaws": null}]}
        """);
    Colours.write(data.resolve("images/VizWiz_a.png"), 2); // right by its second label
    Colours.write(data.resolve("images/VizWiz_b.png"), 1); // the next category up is 2: right
    Colours.write(data.resolve("images/VizWiz_c.png"), 1); // 2 again: wrong
    Colours.write(data.resolve("images/VizWiz_d.png"), 3); // round the end to 0: wrong
    Evaluation evaluation = evaluate(Task.VIZWIZ, TaskInput.of(data), IMAGENET);
    ViewResult view = evaluation.views().getFirst();
    assertThat(value(view, "accuracy, all pictures")).isEqualTo(50);
    assertThat(value(view, "accuracy, clean pictures")).isZero();
    assertThat(value(view, "accuracy, blurred pictures")).isEqualTo(100);
    assertThat(value(view, "accuracy, dark pictures")).isEqualTo(100);
    assertThat(view.measure("accuracy, rotated pictures")).isEmpty();
    assertThat(evaluation.predictions())
        .containsEntry("VizWiz_a.png", 2)
        .containsEntry("VizWiz_c.png", 2)
        .containsEntry("VizWiz_d.png", 0);
  }

  @Test
  void vizwizWithoutPublicLabelsGivesThePredictionFileAlone() throws Exception {
    Files.writeString(
        data.resolve("annotations.json"),
        """
        {"categories": [{"id": 291, "wordnet_id": "n02129165"}],
         "images": ["VizWiz_val_00005256.png"]}
        """);
    assertThatThrownBy(() -> Task.VIZWIZ.read(TaskInput.of(data)))
        .hasMessageContaining("0 of the 1 pictures")
        .hasMessageContaining("missing are VizWiz_val_00005256.png")
        .hasMessageContaining("https://vizwiz.org");
    Colours.write(data.resolve("images/VizWiz_val_00005256.png"), 5);
    Evaluation evaluation = evaluate(Task.VIZWIZ, TaskInput.of(data), IMAGENET);
    assertThat(evaluation.evaluated()).isEqualTo(1);
    assertThat(evaluation.labelled()).isZero();
    assertThat(evaluation.views().getFirst().measures()).isEmpty();
    assertThat(evaluation.predictions()).containsExactly(Map.entry("VizWiz_val_00005256.png", 291));
  }

  @Test
  void vizwizTakesFlawsThatTwoOfFiveSaw() throws Exception {
    Files.writeString(
        data.resolve("annotations.json"),
        "{\"categories\": [{\"id\": 0, \"wordnet_id\": \"n01440764\"}],"
            + " \"images\": [{\"image\": \"a.png\", \"labels\": [0]}]}");
    Path quality =
        Files.writeString(
            data.resolve("val.json"),
            "[{\"flaws\": {\"FRM\": 2, \"BLR\": 1, \"NON\": 1}, \"image\": \"a.png\"}]");
    Colours.write(data.resolve("a.png"), 0);
    EvaluationSet set = Task.VIZWIZ.read(TaskInput.of(data).withQuality(quality));
    assertThat(set.pictures().getFirst().groups())
        .containsExactlyInAnyOrder("all pictures", "badly framed pictures");
  }

  @Test
  void gashissdbScoresTheAbnormalClass() throws Exception {
    // Outputs: 0 Abnormal, 1 Normal.
    Colours.write(data.resolve("160/Abnormal/1.png"), 0);
    Colours.write(data.resolve("160/Abnormal/2.png"), 0);
    Colours.write(data.resolve("160/Abnormal/3.png"), 1);
    Colours.write(data.resolve("160/Normal/1.png"), 1);
    Colours.write(data.resolve("160/Normal/2.png"), 0);
    assertThatThrownBy(() -> Task.GASHISSDB.read(TaskInput.of(data)))
        .hasMessageContaining("5 of its 33284 pictures are there")
        .hasMessageContaining("Abnormal: 3 of 13124")
        .hasMessageContaining("GasHisSDB.zip");
    assertThatThrownBy(() -> Task.GASHISSDB.read(TaskInput.of(data).withSplit("80")))
        .hasMessageContaining("expected a folder '80'");
    Evaluation evaluation =
        evaluate(
            Task.GASHISSDB,
            TaskInput.of(data).withPartial(),
            Labels.of(List.of("Abnormal", "Normal")));
    ViewResult view = evaluation.views().getFirst();
    assertThat(value(view, "accuracy")).isEqualTo(60);
    assertThat(value(view, "precision, positive Abnormal")).isCloseTo(200.0 / 3, within(1e-9));
    assertThat(value(view, "recall, positive Abnormal")).isCloseTo(200.0 / 3, within(1e-9));
    assertThat(value(view, "F1, positive Abnormal")).isCloseTo(200.0 / 3, within(1e-9));
  }

  @Test
  void gashissdbsTestPartIsEveryFifthPatchOfEachClassAndSaysWhatItLacks() throws Exception {
    for (int i = 1; i <= 12; i++) {
      Colours.write(data.resolve("160/Abnormal/a%02d.png".formatted(i)), 0);
      Colours.write(data.resolve("160/Normal/n%02d.png".formatted(i)), 1);
    }
    EvaluationSet test =
        Task.GASHISSDB.read(TaskInput.of(data).withPartial().withSplit("160/test"));
    assertThat(test.pictures())
        .extracting(picture -> Path.of(picture.name()).getFileName().toString())
        .containsExactly("a05.png", "a10.png", "n05.png", "n10.png");
    assertThat(test.name()).isEqualTo("GasHisSDB 160, test part");
    assertThat(test.size()).isEqualTo(13_124 / 5 + 20_160 / 5);
  }

  @Test
  void picturesThatCannotBeReadAreFailuresAndAccountedFor() throws Exception {
    Colours.write(data.resolve("cat/1.png"), 0);
    Files.writeString(data.resolve("cat/2.png"), "no picture");
    Colours.write(data.resolve("dog/1.png"), 1);
    Evaluation evaluation =
        evaluate(Task.FOLDER, TaskInput.of(data), Labels.of(List.of("cat", "dog")));
    assertThat(evaluation.evaluated()).isEqualTo(2);
    assertThat(evaluation.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.picture()).endsWith("2.png"));
    assertThat(evaluation.partial()).isTrue();
    assertThat(EvaluationReport.text(evaluation)).contains("2 of 3 pictures evaluated");
    assertThat(EvaluationReport.json(evaluation)).contains("\"partial\" : true");
  }

  @Test
  void aLimitSpreadsOverTheDataSet() throws Exception {
    for (int i = 0; i < 10; i++) {
      Colours.write(data.resolve("cat/%d.png".formatted(i)), 0);
      Colours.write(data.resolve("dog/%d.png".formatted(i)), 0);
    }
    EvaluationSet set = Task.FOLDER.read(TaskInput.of(data));
    Evaluation evaluation =
        new Evaluator(
                Colours.network(2),
                Labels.of(List.of("cat", "dog")),
                Protocol.single(Colours.PLAIN),
                EvaluationOptions.defaults().withBatch(3).withLimit(OptionalInt.of(4)))
            .evaluate(set);
    assertThat(value(evaluation.views().getFirst(), "top-1 accuracy")).isEqualTo(50);
    assertThat(evaluation.skippedPictures()).isEqualTo(16);
  }

  @Test
  void classesThatTheNetworkDoesNotKnowAreNamed() throws Exception {
    Colours.write(data.resolve("cat/1.png"), 0);
    Colours.write(data.resolve("unicorn/1.png"), 0);
    EvaluationSet set = Task.FOLDER.read(TaskInput.of(data));
    assertThatThrownBy(() ->
            new Evaluator(
                    Colours.network(2),
                    Labels.of(List.of("cat", "dog")),
                    Protocol.single(Colours.PLAIN),
                    EvaluationOptions.defaults())
                .evaluate(set))
        .hasMessageContaining("none for 1 of 2 ('unicorn')");
  }

  @Test
  void tenCropsAreAveragedAndBatchSizeChangesNothing() throws Exception {
    List<Evaluation> evaluations = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Colours.write(data.resolve((i % 2 == 0 ? "cat/" : "dog/") + i + ".png"), i % 3);
    }
    EvaluationSet set = Task.FOLDER.read(TaskInput.of(data));
    for (int batch : new int[] {1, 25, 100}) {
      evaluations.add(
          new Evaluator(
                  Colours.network(2),
                  Labels.of(List.of("cat", "dog")),
                  new Protocol(Colours.PLAIN.withSizes(6, 4), true),
                  EvaluationOptions.defaults().withBatch(batch).withReaders(2))
              .evaluate(set));
    }
    assertThat(evaluations.getFirst().views().getFirst().setting())
        .isEqualTo("ten crops of 4 of 6");
    assertThat(evaluations)
        .extracting(e -> value(e.views().getFirst(), "top-1 accuracy"))
        .containsOnly(value(evaluations.getFirst().views().getFirst(), "top-1 accuracy"));
    assertThat(evaluations)
        .extracting(Evaluation::predictions)
        .containsOnly(evaluations.getFirst().predictions());
  }

  @Test
  void corruptionsSpoilPicturesInTheSameWayEveryTime() throws Exception {
    for (int i = 0; i < 4; i++) {
      Colours.write(data.resolve((i < 2 ? "cat/" : "dog/") + i + ".png"), i < 2 ? 0 : 1);
    }
    EvaluationSet set = Task.FOLDER.read(TaskInput.of(data));
    List<Robustness.Request> requests = Robustness.parse("gaussian_noise:5,brightness");
    Labels labels = Labels.of(List.of("cat", "dog"));
    List<String> texts = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Robustness robustness =
          Robustness.evaluate(
              set,
              requests,
              EvaluationOptions.defaults(),
              options ->
                  new Evaluator(
                      Colours.network(2), labels, Protocol.single(Colours.PLAIN), options));
      texts.add(robustness.toText());
      assertThat(robustness.measures()).hasSize(3);
      assertThat(robustness.corruptions().get(1).evaluations()).hasSize(5);
    }
    assertThat(texts.get(0)).isEqualTo(texts.get(1));
    assertThatThrownBy(() -> Robustness.parse("gaussian_noise:6")).hasMessageContaining("1 to 5");
  }

  @Test
  void aRecordsCommandNamesNoFolderOfTheMachine() {
    assertThat(
            RunDetails.command(
                List.of("evaluate", "cifar10", "--data", "/home/me/cifar", "--json=/tmp/x.json")))
        .isEqualTo("resnext evaluate cifar10 --data …/cifar --json=…/x.json");
  }

  @Test
  void aRecordsCommandCanBeGivenToAShellAgain() {
    assertThat(
            RunDetails.command(
                List.of(
                    "sweep", "cardinality", "--like", "{\"stages\":[1,1]}", "--data", "my pets")))
        .isEqualTo("resnext sweep cardinality --like '{\"stages\":[1,1]}' --data 'my pets'");
  }

  private static Evaluation evaluate(Task task, TaskInput input, Labels network) throws Exception {
    return new Evaluator(
            Colours.network(network.size()),
            network,
            Protocol.single(Colours.PLAIN),
            EvaluationOptions.defaults())
        .evaluate(task.read(input));
  }

  private static double value(ViewResult view, String metric) {
    return view.measure(metric).orElseThrow().value();
  }

  private void kit(String groundTruth) throws IOException {
    Path kit = Files.createDirectories(data.resolve("ILSVRC2012_devkit_t12/data"));
    Files.writeString(kit.resolve("ILSVRC2012_validation_ground_truth.txt"), groundTruth);
    try (InputStream mat = TasksTest.class.getResourceAsStream("meta.mat")) {
      Files.copy(mat, kit.resolve("meta.mat"));
    }
  }
}
