package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.resnext4j.cli.terminal.Results;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.vision.Preprocessing;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Isolated("replaces the process's standard streams")
class PictureCommandsTest {

  private record Outcome(int code, String out, String err) {}

  @TempDir private Path folder;
  private Path weights;
  private Path good;

  @BeforeEach
  void makeModelAndPictures() throws IOException {
    ResNeXt model =
        ResNeXt.builder()
            .stem(Stem.CIFAR)
            .stages(1, 1)
            .stemChannels(16)
            .cardinality(4)
            .width(4)
            .classes(3)
            .build();
    weights = folder.resolve("fruit.safetensors");
    ModelCard card =
        new ModelCard(
            model.name(),
            List.of("apple", "pear", "plum"),
            Optional.of(Preprocessing.cifar().withSizes(16, 16).toJson()),
            new LinkedHashMap<>());
    ModelFile.save(
        weights,
        new ModelFile(model, Initialiser.PAPER.initialise(model.graph(), 1), card),
        ElementType.F32);
    good = folder.resolve("pictures/good.png");
    Files.createDirectories(good.getParent());
    BufferedImage picture = new BufferedImage(20, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 20; x++) {
        picture.setRGB(x, y, 0x010305 * ((x * y) % 40));
      }
    }
    ImageIO.write(picture, "png", good.toFile());
  }

  private static Outcome run(byte[] input, String... arguments) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setIn(new ByteArrayInputStream(input));
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(arguments);
      return new Outcome(
          code,
          printed.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Outcome predict(String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = "predict";
    arguments[1] = "--weights";
    arguments[2] = weights.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return run(new byte[0], arguments);
  }

  @Test
  void predictNamesAPicture() throws Exception {
    Outcome outcome = predict(good.toString(), "--format", "json", "--top", "2");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).isEmpty();
    JsonNode answer = JsonMapper.shared().readTree(outcome.out()).get(0);
    assertThat(answer.get("file").asString()).isEqualTo(good.toString());
    assertThat(answer.get("top").size()).isEqualTo(2);
    try (Classifier classifier = Classifier.load(weights)) {
      assertThat(answer.at("/top/0/class").asString())
          .isEqualTo(classifier.classify(good).best().name());
    }
  }

  @Test
  void embedWritesTheReadablePicturesAndItsCodeSaysThatOneFailed() throws Exception {
    Files.writeString(good.resolveSibling("bad.jpg"), "no picture");
    Path out = folder.resolve("features.npy");
    Outcome outcome =
        run(
            new byte[0],
            "embed",
            "--weights",
            weights.toString(),
            "--out",
            out.toString(),
            good.getParent().toString());
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("bad.jpg: expected a").contains("1 of 2 pictures");
    assertThat(Files.readString(folder.resolve("features.txt"))).isEqualTo(good + "\n");
    try (Classifier classifier = Classifier.load(weights)) {
      float[] embedding = classifier.embed(good);
      float[] written = new float[embedding.length];
      byte[] file = Files.readAllBytes(out);
      java.nio.ByteBuffer.wrap(file, 128, file.length - 128)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(written);
      assertThat(written).isEqualTo(embedding);
    }
    assertThat(
            run(new byte[0], "embed", "--weights", weights.toString(), "--out", "f.feather", "x")
                .code())
        .isEqualTo(2);
  }

  @Test
  void similarPutsTheSamePictureFirstAndLeavesOutTheQueryItself() throws Exception {
    Files.copy(good, good.resolveSibling("copy.png"));
    ImageIO.write(
        new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB),
        "png",
        good.resolveSibling("black.png").toFile());
    Path sheet = folder.resolve("sheet.png");
    Outcome outcome =
        run(
            new byte[0],
            "similar",
            "--weights",
            weights.toString(),
            "--out",
            sheet.toString(),
            good.toString(),
            good.getParent().toString());
    assertThat(outcome.code()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2)).contains("copy.png").endsWith("1.0000");
    assertThat(lines.get(3)).contains("black.png");
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isEqualTo(3 * 168 + 8);
  }

  @Test
  void aBadPictureIsReportedTheOthersAnsweredAndTheCodeIsOne() throws Exception {
    Files.writeString(good.resolveSibling("bad.jpg"), "no picture");
    Outcome outcome = predict(good.getParent().toString(), "--format", "csv");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out().lines()).hasSize(5); // Heading, the bad one, three classes.
    assertThat(outcome.out().lines().toList().get(1))
        .startsWith(good.resolveSibling("bad.jpg") + ",,,,,");
    assertThat(outcome.err()).contains("bad.jpg: ", "1 of 2 pictures could not be read");
    Outcome stopped = predict(good.getParent().toString(), "--format", "csv", "--stop-at-failure");
    assertThat(stopped.code()).isEqualTo(1);
    assertThat(stopped.out().lines()).hasSize(2);
  }

  @Test
  void theLargestPictureAndTruncatedFilesAreOptions() throws Exception {
    byte[] whole = Files.readAllBytes(good);
    Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length * 3 / 4));
    String[] predict = {"predict", "--weights", weights.toString()};
    String[] options = {"--max-pixels=1", "--max-pixels=0", "--truncated", ""};
    int[] codes = {1, 2, 0, 1};
    for (int i = 0; i < options.length; i++) {
      List<String> arguments = new ArrayList<>(List.of(predict));
      arguments.add(i < 2 ? good.toString() : cut.toString());
      if (!options[i].isEmpty()) {
        arguments.add(options[i]);
      }
      Outcome outcome = run(new byte[0], arguments.toArray(String[]::new));
      assertThat(outcome.code()).as(options[i] + outcome.err()).isEqualTo(codes[i]);
    }
  }

  @Test
  void standardInputIsNamesOrAPicture() throws Exception {
    String[] arguments = {"predict", "--weights", weights.toString(), "-", "--format", "jsonl"};
    Outcome names = run((good + "\n" + good + "\n").getBytes(StandardCharsets.UTF_8), arguments);
    assertThat(names.code()).isZero();
    assertThat(names.out().lines()).hasSize(2);
    Outcome picture = run(Files.readAllBytes(good), arguments);
    assertThat(picture.code()).isZero();
    assertThat(JsonMapper.shared().readTree(picture.out()).get("file").asString()).isEqualTo("-");
  }

  @Test
  void whatLeadsToNoPictureIsNamed() {
    String pattern = folder.resolve("none*.jpg").toString();
    Outcome outcome = predict(pattern);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).startsWith(pattern).contains("no file matches");
    Outcome nothing = run(new byte[0], "predict", "--weights", weights.toString(), "-");
    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err())
        .isEqualTo("resnext: the standard input: expected pictures or their names, found none\n");
  }

  @Test
  void predictStopsWhenNobodyReadsOn() {
    AtomicInteger writes = new AtomicInteger();
    Results closed =
        new Results(
            new OutputStream() {
              @Override
              public void write(int value) throws IOException {
                writes.incrementAndGet();
                throw new IOException("Broken pipe");
              }
            });
    String[] arguments = new String[53];
    Arrays.fill(arguments, good.toString());
    arguments[0] = "predict";
    arguments[1] = "--weights";
    arguments[2] = weights.toString();
    assertThat(Main.run(closed, arguments)).isEqualTo(1);
    assertThat(writes).as("lines of the first picture alone").hasValueLessThan(10);
  }

  @Test
  void heatMapsAreWrittenOneForEachPicture() throws Exception {
    Path maps = folder.resolve("maps");
    Outcome outcome = predict(good.toString(), good.toString(), "--explain", maps.toString());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("apple", "pear", "plum", "█");
    assertThat(ImageIO.read(maps.resolve("good.png.png").toFile()).getHeight()).isEqualTo(30);
    assertThat(maps.resolve("good.png-2.png")).exists();
  }

  @Test
  void labelsAndSizesMayBeGiven() throws Exception {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "eins\nzwei\ndrei\n");
    Outcome outcome =
        predict(good.toString(), "--labels", labels.toString(), "--resize", "24", "--crop", "24");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("eins", "zwei", "drei");
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(predict().code()).isEqualTo(2);
    assertThat(predict(good.toString(), "--format", "xml").code()).isEqualTo(2);
    assertThat(predict(good.toString(), "--top", "0").err())
        .contains("--top must be at least 1, but was 0");
    Outcome unknown = run(new byte[0], "predict", "--weights", "nonesuch", good.toString());
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no file 'nonesuch'");
  }

  @Test
  void weightsThatWereNotPulledSayHowTo() {
    Outcome outcome =
        run(
            new byte[0],
            "predict",
            "--weights",
            "resnext50_32x4d",
            "--cache",
            folder.resolve("cache").toString(),
            good.toString());
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("`resnext pull resnext50_32x4d.tv_v2` fetches it");
  }

  @Test
  void whatIsPulledFromElsewhereIsFoundByItsName() throws Exception {
    byte[] file = Files.readAllBytes(weights);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/fruit.safetensors",
        exchange -> {
          exchange.sendResponseHeaders(200, file.length);
          exchange.getResponseBody().write(file);
          exchange.close();
        });
    server.start();
    try {
      String cache = folder.resolve("cache").toString();
      String from =
          "http://127.0.0.1:%d/fruit.safetensors".formatted(server.getAddress().getPort());
      Outcome pulled = run(new byte[0], "pull", "fruit", "--from", from, "--cache", cache);
      assertThat(pulled.err()).isEmpty();
      assertThat(pulled.code()).isZero();
      assertThat(pulled.out()).contains("fruit.safetensors", "predict --weights fruit");
      Outcome outcome =
          run(new byte[0], "predict", "--weights", "fruit", "--cache", cache, good.toString());
      assertThat(outcome.code()).isZero();
      assertThat(outcome.out()).contains("apple");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void pullListsWhatThereIs() {
    Outcome outcome =
        run(new byte[0], "pull", "--list", "--cache", folder.resolve("none").toString());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("resnext50_32x4d.tv_v1", "resnext101_32x48d_wsl", "CC-BY-NC-4.0", "77.62");
    assertThat(run(new byte[0], "pull").code()).isEqualTo(2);
    Outcome unknown = run(new byte[0], "pull", "resnext51");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("there are no published weights named 'resnext51'");
  }

  @Test
  void aPageThatIsNoWeightFileIsThrownAway() throws Exception {
    Path page = Files.writeString(folder.resolve("page.pth"), "<html>please log in</html>");
    Path cache = folder.resolve("cache");
    Outcome outcome =
        run(new byte[0], "pull", "mine", "--from", page.toString(), "--cache", cache.toString());
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("expected a weight file, found something else");
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void theDemoPrintsATableAndWritesAPage() {
    assumeThat(Classifier.class.getResource("bundled.safetensors"))
        .as("this build ships a model")
        .isNotNull();
    Path page = folder.resolve("demo.html");
    Outcome outcome = run(new byte[0], "demo", "--page", page.toString());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("truck-1.jpg", "of 20 right", page.toString(), "try:");
    assertThat(page).content().contains("<!doctype html>", "of 20 pictures named right");
  }

  /** A data set for the test's model: two classes, and what lies among pictures elsewhere. */
  private Path dataSet() throws IOException {
    Path data = folder.resolve("data");
    for (String name :
        List.of("apple/1.png", "apple/2.jfif", "pear/3.png", "apple/._1.png", "pear/notes.txt")) {
      Path file = data.resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(good, file);
    }
    Files.createSymbolicLink(data.resolve("pear/loop"), Path.of(".."));
    return data;
  }

  @Test
  void predictAndEvaluateTakeTheSamePicturesAndSayWhatTheySkip() throws Exception {
    Path data = dataSet();
    String skipped = "no pictures, skipped 3: .txt 1, folders that links lead to again 1, hidden 1";
    Outcome predicted = predict(data.toString(), "--format", "jsonl");
    assertThat(predicted.code()).isZero();
    assertThat(predicted.out().lines()).hasSize(3);
    assertThat(predicted.err()).isEqualTo("resnext: " + skipped + "\n");
    Outcome evaluated =
        run(
            new byte[0],
            "evaluate",
            "folder",
            "--data",
            data.toString(),
            "--weights",
            weights.toString());
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out()).contains("3 of 3 pictures evaluated, 0 skipped, 0 failed", skipped);
  }

  @Test
  void anEvaluationWithPicturesThatFailEndsWithOneUnlessTheyAreAllowed() throws Exception {
    Path data = dataSet();
    Files.writeString(data.resolve("pear/bad.png"), "no picture");
    Files.createSymbolicLink(data.resolve("pear/gone.png"), Path.of("nowhere.png"));
    String[] words = {
      "evaluate", "folder", "--data", data.toString(), "--weights", weights.toString()
    };
    Outcome outcome = run(new byte[0], words);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out()).contains("3 of 5 pictures evaluated, 0 skipped, 2 failed");
    assertThat(outcome.err()).contains("2 pictures could not be read; --allow-failures");
    String[] allowing = Arrays.copyOf(words, words.length + 1);
    allowing[words.length] = "--allow-failures";
    assertThat(run(new byte[0], allowing).code()).isZero();
    String[] spoilt = Arrays.copyOf(words, words.length + 2);
    spoilt[words.length] = "--corrupt";
    spoilt[words.length + 1] = "contrast:1";
    assertThat(run(new byte[0], spoilt).code()).isEqualTo(1);
  }

  @Test
  void namesThatControlATerminalAreShownHarmlessly() throws Exception {
    Path odd = good.resolveSibling("a\n\r\u001b[31mred\u009b0m.png");
    Files.copy(good, odd);
    for (String format : List.of("table", "json", "jsonl", "csv")) {
      Outcome outcome = predict(odd.toString(), odd + "x.png", "--format", format);
      assertThat(outcome.code()).isEqualTo(1);
      assertThat((outcome.out() + outcome.err()).replace("\r\n", "\n"))
          .contains("red")
          .doesNotContain("\r", "\u001b", "\u009b");
    }
    JsonNode answer =
        JsonMapper.shared().readTree(predict(odd.toString(), "--format", "json").out()).get(0);
    assertThat(answer.get("file").asString()).isEqualTo(odd.toString());
    Outcome missing = run(new byte[0], "inspect", folder + "/\u001b[31m");
    assertThat(missing.err()).contains("\\u001b[31m").doesNotContain("\u001b");
    Path named = Files.copy(weights, good.resolveSibling("w\u202e\u009b.safetensors"));
    Outcome inspected = run(new byte[0], "inspect", named.toString(), "--json");
    assertThat(inspected.out()).contains("w\\u202e\\u009b").doesNotContain("\u202e", "\u009b");
    Outcome unlike =
        run(
            new byte[0],
            "similar",
            "--weights",
            weights.toString(),
            "absent\r.png",
            folder.toString());
    assertThat(unlike.err()).contains("absent\\r.png: there is no such file");
  }

  @Test
  void aPicturesBytesThatAreNotReadAreToldAsSuch() throws Exception {
    byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    Outcome outcome =
        run(heic, "predict", "--weights", weights.toString(), "-", "--format", "jsonl");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out().lines()).hasSize(1);
    assertThat(JsonMapper.shared().readTree(outcome.out()).get("error").asString())
        .startsWith("expected ");
  }
}
