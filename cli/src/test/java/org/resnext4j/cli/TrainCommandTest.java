package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Preprocessing;

/** {@code resnext train} on a few pictures: from random weights, interrupted, and fine-tuning. */
final class TrainCommandTest {

  private static final String SMALL =
      """
      {"name":"small","stem":"CIFAR","kind":"BOTTLENECK","stages":[1],"stemChannels":4,\
      "cardinality":4,"width":2,"shortcut":"PROJECTION","form":"GROUPED",\
      "inputChannels":3,"classes":2}\
      """;

  @TempDir private Path folder;

  @BeforeEach
  void pictures() throws IOException {
    PictureFolder.write(folder.resolve("greys/train"), 16, "dark", "light");
    PictureFolder.write(folder.resolve("greys/val"), 5, "dark", "light");
  }

  private List<String> training(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                folder.resolve("greys").toString(),
                "--out",
                folder.resolve(out).toString(),
                "--batch",
                "2"));
    words.addAll(List.of(more));
    return words;
  }

  private static int run(List<String> words) {
    return Main.run(words.toArray(String[]::new));
  }

  @Test
  void askedToEndItSavesSaysHowToGoOnAndThenEndsInTheSameBits() throws Exception {
    String[] how = {"--model", SMALL, "--epochs", "6", "--threads", "1", "--truncated"};
    assertThat(run(training("straight", how))).isZero();
    assertThat(folder.resolve("straight/recipe.json")).content().contains("\"truncated\" : true");

    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(training("interrupted", how));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.add(line);
        if (line.startsWith("epoch 1/6  step 1/")) {
          process.toHandle().destroy(); // What Ctrl-C is too: a request to end.
        }
      }
    }
    Path out = folder.resolve("interrupted");
    assertThat(process.waitFor()).isNotZero();
    assertThat(printed)
        .last()
        .isEqualTo("stopped and saved; go on with: resnext train --resume --out " + out);
    assertThat(out.resolve("model.safetensors")).doesNotExist();

    assertThat(Main.run("train", "--resume", "--out", out.toString())).isZero();
    assertThat(out.resolve("model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("straight/model.safetensors"));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("recipe.json", "metrics.jsonl", "curves.png", "report.html")
          .anyMatch(name -> name.startsWith("events.out.tfevents"));
    }
  }

  @Test
  void fineTuningPutsANewClassifierOnStagesThatStayAsTheyWere() throws Exception {
    assertThat(run(training("first", "--model", SMALL, "--epochs", "1"))).isZero();
    Path trained = folder.resolve("first/model.safetensors");
    PictureFolder.write(folder.resolve("shades/train"), 8, "black", "grey", "white");
    List<String> words =
        List.of(
            "train",
            "--data",
            folder.resolve("shades").toString(),
            "--recipe",
            "fine-tune",
            "--weights",
            trained.toString(),
            "--no-ema",
            "--normalize",
            "imagenet",
            "--freeze",
            "stem,layer1",
            "--epochs",
            "1",
            "--batch",
            "4",
            "--validation-split",
            "0.25",
            "--out",
            folder.resolve("second").toString());
    assertThat(run(words)).isZero();
    ModelFile before = ModelFile.load(trained);
    ModelFile after = ModelFile.load(folder.resolve("second/model.safetensors"));
    assertThat(after.card().labels()).containsExactly("black", "grey", "white");
    assertThat(after.card().preprocessingJson())
        .hasValueSatisfying(json ->
            assertThat(Preprocessing.fromJson(json).mean())
                .isEqualTo(Preprocessing.imagenet().mean()));
    assertThat(after.card().provenance())
        .containsEntry("data", "shades")
        .containsEntry("start weights", "model.safetensors")
        .containsEntry("training pictures", "18");
    assertThat(after.weights().get("layer1.0.conv2.weight").values())
        .isEqualTo(before.weights().get("layer1.0.conv2.weight").values());
    assertThat(after.weights().get("bn1.running_mean").values())
        .isEqualTo(before.weights().get("bn1.running_mean").values());
  }

  @Test
  void aTrainingRefusesPicturesOfTooManyPixels() {
    assertThat(run(training("out", "--model", SMALL, "--max-pixels", "9"))).isEqualTo(1);
    assertThat(folder.resolve("out/checkpoint.safetensors")).doesNotExist();
  }

  @Test
  void aRunIsNotWrittenOverAndNothingIsResumedWhereNoneIs() {
    assertThat(run(training("run", "--model", SMALL, "--epochs", "1"))).isZero();
    assertThat(run(training("run", "--model", SMALL, "--epochs", "1"))).isEqualTo(1);
    assertThat(Main.run("train", "--resume", "--out", folder.resolve("none").toString()))
        .isEqualTo(1);
    assertThat(Main.run("train", "--out", folder.resolve("none").toString())).isEqualTo(2);
  }

  @Test
  void aDataSetThatHasOnlyItsTrainingPartIsTrainedOn() throws IOException {
    PictureFolder.write(folder.resolve("only/train"), 4, "dark", "light");
    Files.writeString(folder.resolve("only/train/dark/notes.txt"), "");
    List<String> words =
        List.of(
            "train",
            "--data",
            folder.resolve("only").toString(),
            "--out",
            folder.resolve("only-run").toString(),
            "--batch",
            "2",
            "--model",
            SMALL,
            "--epochs",
            "1");
    assertThat(run(words)).isZero();
    assertThat(folder.resolve("only-run/model.safetensors")).exists();
  }

  @Test
  void aGreyNetworkIsTrainedMeasuredAndAsked() throws IOException {
    String grey = SMALL.replace("\"inputChannels\":3", "\"inputChannels\":1");
    String[] mixed = {"--set", "mixing.cutmix=1", "--set", "mixing.mixup=0.2"};
    List<String> words = training("grey-run", "--model", grey, "--epochs", "1");
    words.addAll(List.of(mixed));
    assertThat(run(words)).isZero();
    Path model = folder.resolve("grey-run/model.safetensors");
    ModelFile trained = ModelFile.load(model);
    assertThat(trained.model().inputChannels()).isEqualTo(1);
    assertThat(trained.card().preprocessingJson())
        .hasValueSatisfying(
            json -> assertThat(Preprocessing.fromJson(json).channels()).isEqualTo(1));
    Path pictures = folder.resolve("greys/val");
    assertThat(Main.run("predict", "--weights", model.toString(), pictures.toString())).isZero();
    assertThat(
            Main.run(
                "evaluate", "folder", "--data", pictures.toString(), "--weights", model.toString()))
        .isZero();
  }
}
