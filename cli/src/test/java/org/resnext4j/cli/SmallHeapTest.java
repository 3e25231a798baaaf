package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.resnext4j.cli.terminal.Results;
import org.resnext4j.engine.graph.Parameter;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A heap too small for a network ends in one sentence that names the need, before it is taken. */
@Isolated("reads the process's standard error")
class SmallHeapTest {

  private static final String SENTENCE =
      "resnext: .*need \\d+ MB of memory, but \\d+ MB are free; give Java more, such as -Xmx\\d+m\\n";

  /** 38 MB of weights, most of them in a 3×3 convolution that packing makes four times as large. */
  private static final ResNeXt WIDE =
      ResNeXt.builder()
          .name("wide")
          .stem(Stem.CIFAR)
          .stages(1)
          .stemChannels(4)
          .cardinality(1)
          .width(1024)
          .classes(2)
          .build();

  @TempDir private Path folder;

  private static Path weights(Path file, ResNeXt model) throws IOException {
    ObjectNode header = JsonMapper.shared().createObjectNode();
    long at = 0;
    for (Map.Entry<String, Parameter> entry : model.graph().parameters().entrySet()) {
      ObjectNode line = header.putObject(entry.getKey());
      line.put("dtype", "F32");
      entry.getValue().shape().forEach(line.withArray("shape")::add);
      long end = at + entry.getValue().elements() * Float.BYTES;
      line.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .array());
      out.write(json);
      out.setLength(Long.BYTES + json.length + at); // Zeros that take no room on the disk.
    }
    return file;
  }

  private static List<List<String>> commands(Path weights, Path pictures) {
    String file = weights.toString();
    return List.of(
        List.of("predict", "--weights", file, pictures.toString()),
        List.of("embed", pictures.toString(), "--weights", file, "--out", file + ".npz"),
        List.of("evaluate", "folder", "--data", pictures.toString(), "--weights", file),
        List.of("serve", "--port", "0", "--weights", file),
        List.of("train", "--weights", file, "--data", pictures.toString(), "--out", file + ".run"),
        List.of("export", file, file + ".onnx"),
        List.of("convert", file, file + ".copy"));
  }

  private static String complaint(List<String> command) {
    PrintStream err = System.err;
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code =
          Main.run(new Results(OutputStream.nullOutputStream()), command.toArray(String[]::new));
      return code + " " + complained.toString(StandardCharsets.UTF_8);
    } finally {
      System.setErr(err);
    }
  }

  @Test
  void weightsLargerThanTheHeapAreRefusedByEveryCommand() throws IOException {
    ResNeXt largest = ResNeXt.preset("resnext101_32x48d");
    Path file = weights(folder.resolve("weights.safetensors"), largest);
    PictureFolder.write(folder.resolve("pictures"), 1, "a", "b");
    for (List<String> command : commands(file, folder.resolve("pictures"))) {
      assertThat(complaint(command)).as("%s", command).matches("1 " + SENTENCE);
    }
    assertThat(complaint(List.of("inspect", file.toString()))).isEqualTo("0 ");
    assertThat(complaint(List.of("summary", "resnext101_32x48d"))).isEqualTo("0 ");
  }

  @Test
  void workingMemoryBesideTheWeightsIsAskedForFirst() throws Exception {
    Path file = weights(folder.resolve("wide.safetensors"), WIDE);
    PictureFolder.write(folder.resolve("pictures"), 1, "a", "b");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx72m",
                "-XX:MaxNewSize=8m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                file.toString(),
                folder.resolve("pictures").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    List<String> lines = output.lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines).allMatch(line -> (line + "\n").matches("\\w+ (1 )?" + SENTENCE));
  }

  /** For {@link #workingMemoryBesideTheWeightsIsAskedForFirst}: prints each command's complaint. */
  public static void main(String[] arguments) {
    List<String> chosen = List.of("predict", "evaluate", "serve", "train", "export");
    for (List<String> command : commands(Path.of(arguments[0]), Path.of(arguments[1]))) {
      if (chosen.contains(command.getFirst())) {
        // A warning about the machine may come first.
        String last = complaint(command).lines().reduce("", (_, line) -> line);
        System.out.println(command.getFirst() + " " + last);
      }
    }
  }
}
