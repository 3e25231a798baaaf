package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.cli.terminal.Results;
import org.resnext4j.detection.annotation.Annotations;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.Annotations.TrueBox;
import org.resnext4j.detection.annotation.CocoJson;
import org.resnext4j.detection.annotation.Detections;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.PascalVoc;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.annotation.Remarks;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands of detectors, on a tiny one with random weights. */
class DetectionCommandsTest {

  private static final List<Integer> NUMBERS = List.of(7, 9, 12);

  @TempDir private static Path shared;
  private static Path weights;
  private static Path picture;

  @TempDir private Path folder;

  private record Outcome(int code, String out) {}

  private static Outcome run(Object... words) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String[] arguments = Stream.of(words).map(String::valueOf).toArray(String[]::new);
    int code = Main.run(new Results(printed), arguments);
    return new Outcome(code, printed.toString(StandardCharsets.UTF_8));
  }

  @BeforeAll
  static void writeADetector() throws IOException {
    ResNeXt trunk =
        ResNeXt.builder().name("tiny").stages(1, 1, 1, 1).cardinality(4).width(4).build();
    FasterRcnn detector = new FasterRcnn(trunk, FasterRcnn.Form.V1, NUMBERS.size() + 1, 8, 1e-5);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Graph graph : detector.graphs()) {
      tensors.putAll(Initialiser.PAPER.initialise(graph, 3).tensors());
    }
    weights = shared.resolve("tiny.safetensors");
    WeightFiles.write(weights, tensors, Map.of(), ElementType.F32);
    picture = shared.resolve("noise.png");
    BufferedImage image = new BufferedImage(200, 24, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(5);
    for (int i = 0; i < 4800; i++) {
      image.setRGB(i % 200, i / 200, random.nextInt());
    }
    ImageIO.write(image, "png", picture.toFile());
  }

  @Test
  void everyFormatShowsTheSameObjectsAndTheDrawingIsWritten() throws IOException {
    Path drawn = folder.resolve("drawn");
    Outcome json =
        run(
            "detect",
            picture,
            "--weights",
            weights,
            "--score",
            "0.1",
            "--format",
            "json",
            "--draw",
            drawn);
    assertThat(json.code()).isZero();
    JsonNode objects = JsonMapper.shared().readTree(json.out()).get(0).get("objects");
    assertThat(objects.size()).isPositive();
    assertThat(objects.get(0).get("name").asString()).startsWith("class ");
    BufferedImage image = ImageIO.read(drawn.resolve("1-noise.png.png").toFile());
    assertThat(image.getWidth()).isEqualTo(200);
    Outcome csv = run("detect", picture, "--weights", weights, "--score", "0.1", "--format", "csv");
    assertThat(csv.out().lines()).hasSize(objects.size() + 1);
    Outcome coco =
        run("detect", picture, "--weights", weights, "--score", "0.1", "--format", "coco");
    assertThat(JsonMapper.shared().readTree(coco.out()).size()).isEqualTo(objects.size());
    Outcome table = run("detect", picture, "--weights", weights, "--score", "1");
    assertThat(table.out()).contains("nothing");
  }

  @Test
  void inspectRecognisesADetectorFromItsWholeFile() {
    assertThat(run("inspect", weights).out())
        .contains("likely model: fasterrcnn_", "_fpn, 4 classes", "rpn.head.cls_logits.weight");
    JsonNode json = JsonMapper.shared().readTree(run("inspect", weights, "--json").out());
    assertThat(json.get("likely_model").get("classes").asInt()).isEqualTo(4);
    assertThat(json.get("likely_model").get("form").asString()).isEqualTo("V1");
  }

  @Test
  void oneBadPictureFailsAndTheOthersAreShown() throws IOException {
    Path bad = folder.resolve("bad.png");
    Files.writeString(bad, "no picture");
    Outcome outcome = run("detect", bad, picture, "--weights", weights, "--format", "json");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(JsonMapper.shared().readTree(outcome.out()).size()).isEqualTo(1);
    assertThat(run("detect", picture, "--weights", weights, "--score", "1.5").code()).isEqualTo(2);
    assertThat(run("detect", picture).code()).isEqualTo(2);
    assertThat(run("detect", picture, "--weights", bad).code()).isEqualTo(1);
  }

  @Test
  void aDetectorIsPerfectOnItsOwnBoxesAndTheRecordSaysSo() throws IOException {
    // The true boxes are those found before, so every precision and recall is 1.
    Path results = folder.resolve("found.json");
    Files.writeString(
        results,
        run("detect", picture, "--weights", weights, "--score", "0", "--format", "coco").out());
    List<TrueBox> boxes = new ArrayList<>();
    for (Detection found : Detections.read(results)) {
      int number = NUMBERS.get(found.category() - 1);
      boxes.add(new TrueBox(number, found.box(), found.box().area(), false, false));
    }
    Path data = folder.resolve("cells");
    write(data, "val", "noise.png", boxes);
    Files.createDirectories(data.resolve("images"));
    Files.copy(picture, data.resolve("images/noise.png"));
    Path json = folder.resolve("out.json");
    Path plot = folder.resolve("curve.png");
    Path records = folder.resolve("records");
    Outcome outcome =
        run(
            "evaluate",
            "coco",
            "--data",
            data,
            "--weights",
            weights,
            "--json",
            json,
            "--plot",
            plot,
            "--predictions",
            folder.resolve("predictions.json"),
            "--record",
            records);
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("AP50", "1.000", "category", "duplicate", "cells val");
    assertThat(JsonMapper.shared().readTree(json.toFile()).get("numbers").get("AP").asDouble())
        .isEqualTo(1);
    assertThat(ImageIO.read(plot.toFile()).getHeight()).isEqualTo(480);
    assertThat(Detections.read(folder.resolve("predictions.json"))).hasSize(boxes.size());
    try (Stream<Path> files = Files.list(records)) {
      ResultRecord record = ResultRecord.read(files.findFirst().orElseThrow());
      assertThat(record.task()).isEqualTo("coco-detection");
      assertThat(record.measure("AP@0.5").orElseThrow().value()).isEqualTo(100);
      assertThat(record.complexity().multiplyAdds()).isPositive();
    }
    assertThat(run("board", "--results", records).out()).contains("cells val");
    Object[] small = {
      "evaluate", "coco", "--data", data, "--weights", weights, "--max-pixels", "9"
    };
    assertThat(run(small).out()).contains("0 of 1 pictures");
  }

  @Test
  void aMissingPictureCostsItsBoxesAndTheExitCode() throws IOException {
    Path data = folder.resolve("cells");
    TrueBox box = new TrueBox(7, new Rectangle(1, 1, 9, 9), 81, false, false);
    write(data, "test", "gone.png", List.of(box));
    Object[] words = {"evaluate", "coco", "--data", data, "--weights", weights, "--split", "test"};
    Outcome outcome = run(words);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("0 of 1 pictures");
    assertThat(outcome.out()).containsPattern("missed +1\\b");
    Object[] allowed = Stream.concat(Stream.of(words), Stream.of("--allow-failures")).toArray();
    assertThat(run(allowed).code()).isZero();
    assertThat(run("evaluate", "coco", "--data", data, "--weights", weights).code()).isEqualTo(1);
    Object[] crop = Stream.concat(Stream.of(words), Stream.of("--crop", "224")).toArray();
    assertThat(run(crop).code()).isEqualTo(2);
  }

  @Test
  void conversionsCountWhatAFormatCannotSay() throws IOException {
    Path coco = folder.resolve("boxes.json");
    List<TrueBox> boxes =
        List.of(
            new TrueBox(7, new Rectangle(1, 2, 10, 20), 200, false, false),
            new TrueBox(9, new Rectangle(5, 5, 10, 10), 55, false, false),
            new TrueBox(7, new Rectangle(0, 0, 60, 20), 1200, true, false));
    write(coco, "noise.png", boxes);
    Path voc = folder.resolve("voc");
    Outcome outcome = run("convert-annotations", coco, voc, "--to", "voc");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains(
            "read    COCO: 1 pictures, 3 boxes, 3 categories",
            "written Pascal VOC: 1 pictures, 2 boxes, 2 categories",
            "1 boxes not written",
            "1 categories not written",
            "1 areas of outlines not written");
    assertThat(PascalVoc.read(voc).boxes()).isEqualTo(2);
    Path back = folder.resolve("back.json");
    assertThat(run("convert-annotations", voc, back, "--to", "COCO", "--images", folder).out())
        .contains("1 pictures whose file is missing (noise.png)");
    assertThat(CocoJson.read(back).pictures().getFirst().objects().getFirst().box())
        .isEqualTo(new Rectangle(1, 2, 10, 20));
    Path yolo = folder.resolve("yolo");
    assertThat(run("convert-annotations", coco, yolo, "--to", "yolo").code()).isZero();
    Files.createDirectories(yolo.resolve("images"));
    Files.copy(picture, yolo.resolve("images/noise.png"));
    assertThat(run("convert-annotations", yolo, folder.resolve("again.json"), "--to", "coco").out())
        .contains("read    YOLO: 1 pictures, 2 boxes, 3 categories");
    // What is there already stays as it is.
    assertThat(run("convert-annotations", coco, voc, "--to", "voc").code()).isEqualTo(1);
    assertThat(run("convert-annotations", coco, back, "--to", "coco").code()).isEqualTo(1);
    assertThat(run("convert-annotations", coco, folder.resolve("x")).code()).isEqualTo(2);
  }

  private static void write(Path data, String split, String name, List<TrueBox> boxes)
      throws IOException {
    Files.createDirectories(data.resolve("annotations"));
    write(data.resolve("annotations/instances_" + split + ".json"), name, boxes);
  }

  private static void write(Path file, String name, List<TrueBox> boxes) throws IOException {
    List<Category> categories = NUMBERS.stream().map(id -> new Category(id, "cell " + id)).toList();
    Picture one = new Picture(4, name, 24, 200, boxes);
    CocoJson.write(file, new Annotations(categories, List.of(one), new Remarks()));
  }

  @Test
  void trainingADetectorNamesWhatIsMissing() {
    assertThat(run("train-detector", "--out", folder.resolve("run")).code()).isEqualTo(2);
    Path data = folder.resolve("empty");
    Outcome noData = run("train-detector", "--out", folder.resolve("run"), "--data", data);
    assertThat(noData.code()).isEqualTo(1);
    Outcome noRun = run("train-detector", "--resume", "--out", folder.resolve("run"));
    assertThat(noRun.code()).isEqualTo(1);
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
