package org.resnext4j.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnext4j.engine.NamedValues;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.Torch7Writer.Module;
import org.resnext4j.models.weights.Torch7Writer.Values;
import org.resnext4j.models.weights.naming.ModelRecognition;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Whatever the bytes, reading a file ends in values or in a {@link WeightFileException}, and takes
 * no more memory than the file's size allows.
 *
 * <p>Some hundred files of each format in every build, up to millions with {@code -Pfuzz}.
 */
@Tag("fuzz")
class WeightFuzzTest {

  private static final int FILES = Integer.getInteger("resnext4j.fuzz.files", 300);
  private static final long FIRST_SEED = Long.getLong("resnext4j.fuzz.seed", 0);

  /** The formats, each with valid files to damage. */
  enum Format {
    SAFETENSORS("infinite.safetensors", "safetensors_prefixed.safetensors"),
    PYTORCH_ZIP("zip64_everywhere.pth", "zip_deflated.pth", "quantised_dynamic.pth", "pruned.pth"),
    PYTORCH_LEGACY("legacy.pth", "one_storage_legacy.pth"),
    TORCHSCRIPT("torchscript_traced.pt"),
    NUMPY_PICKLE("numpy.pkl", "numpy_protocol5.pkl"),
    TORCH7,
    HUB_FOLDER,
    PICKLE_PROGRAM;

    @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed.
    private final List<String> names;

    Format(String... names) {
      this.names = List.of(names);
    }

    List<byte[]> valid() throws IOException {
      List<byte[]> files = new ArrayList<>();
      for (String name : names) {
        files.add(Files.readAllBytes(Resources.path("relatives/" + name)));
      }
      switch (this) {
        case SAFETENSORS -> files.addAll(savedHere());
        case PYTORCH_ZIP ->
            files.addAll(resources("protocol2.pth", "deflated.pth", "checkpoint.pth"));
        case PYTORCH_LEGACY -> files.addAll(resources("legacy2.pth", "legacy4.pth"));
        case TORCH7 -> files.add(torch7File());
        case TORCHSCRIPT, NUMPY_PICKLE, HUB_FOLDER, PICKLE_PROGRAM -> {}
      }
      return files;
    }
  }

  private static final ResNeXt TINY =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1)
          .stemChannels(2)
          .cardinality(2)
          .width(1)
          .classes(2)
          .build();

  /** Four bytes for each number that views may repeat in a small file, twice, and some room. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int[] TELLING = {
    0,
    1,
    -1,
    2,
    3,
    4,
    8,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x10000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0x40000000
  };

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  /** The files of a valid folder, and the one of them that is damaged now. */
  private List<Path> sources = List.of();

  private int victim;

  @ParameterizedTest
  @EnumSource(Format.class)
  void aDamagedFileIsReadOrRefused(Format format) throws IOException {
    List<byte[]> valid = format.valid();
    int read = 0;
    for (int i = 0; i < FILES; i++) {
      long seed = FIRST_SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      try {
        Path file =
            switch (format) {
              case HUB_FOLDER -> damagedFolder(random);
              case PICKLE_PROGRAM -> written(randomPickle(random));
              default -> written(damaged(valid, random));
            };
        read += check(file) ? 1 : 0;
      } catch (AssertionError | RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw new AssertionError("%s, seed %d".formatted(format, seed), e);
      }
    }
    System.out.printf("%s: %,d damaged files, %,d still readable%n", format, FILES, read);
    assertThat(read).isLessThan(FILES);
  }

  private Path written(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("damaged.bin"), bytes);
  }

  /** A folder of shards of which one file is damaged; the one before is mended first. */
  private Path damagedFolder(SplittableRandom random) throws IOException {
    Path hub = folder.resolve("hub");
    if (sources.isEmpty()) {
      Files.createDirectory(hub);
      try (Stream<Path> files = Files.list(Resources.path("relatives/hf_trainer"))) {
        sources = files.sorted().toList();
      }
      for (Path source : sources) {
        Files.copy(source, hub.resolve(source.getFileName().toString()));
      }
    } else {
      Files.copy(sources.get(victim), place(hub), StandardCopyOption.REPLACE_EXISTING);
    }
    victim = random.nextInt(sources.size());
    byte[] bytes = Files.readAllBytes(sources.get(victim));
    Files.write(place(hub), damaged(List.of(bytes), random));
    return hub;
  }

  private Path place(Path hub) {
    return hub.resolve(sources.get(victim).getFileName().toString());
  }

  /** Reads all that a file offers; whether that succeeded. */
  private static boolean check(Path file) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    boolean read = false;
    try (WeightFile opened = WeightFiles.open(file)) {
      opened.readAll();
      ModelRecognition.recognise(opened.tensors().values());
      read = true;
    } catch (WeightFileException expected) {
      assertThat(expected).hasMessageStartingWith(file.toString());
    }
    try {
      ModelFile.load(file);
    } catch (WeightFileException expected) {
      assertThat(expected).hasMessageStartingWith(file.toString());
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
    return read;
  }

  /** A valid file with a few things changed. */
  private static byte[] damaged(List<byte[]> valid, SplittableRandom random) {
    byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
    for (int i = random.nextInt(1, 5); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      int length = random.nextInt(1, 1 + Math.min(64, bytes.length - at));
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = splice(bytes, at, at + length, new byte[0]);
        case 4 -> {
          byte[] other = valid.get(random.nextInt(valid.size()));
          int from = random.nextInt(other.length);
          int to = from + random.nextInt(1 + Math.min(256, other.length - from));
          bytes = splice(bytes, at, at, Arrays.copyOfRange(other, from, to));
        }
        case 5 -> bytes = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
        default -> {
          if (at + 4 <= bytes.length) {
            ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at, TELLING[random.nextInt(TELLING.length)]);
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(bytes, 0, from);
    result.writeBytes(middle);
    result.write(bytes, to, bytes.length - to);
    return result.toByteArray();
  }

  /** A file of instructions that are each well formed, in an order that mostly makes no sense. */
  private static byte[] randomPickle(SplittableRandom random) {
    ByteArrayOutputStream program = new ByteArrayOutputStream();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      instruction(random, program);
    }
    program.write('.');
    byte[] pickle = program.toByteArray();
    return random.nextBoolean() ? SmallFiles.zip(pickle) : SmallFiles.legacy(pickle);
  }

  private static final String[] GLOBALS = {
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "ctorch._utils\n_rebuild_parameter\n",
    "ctorch._tensor\n_rebuild_from_type_v2\n",
    "ccollections\nOrderedDict\n",
    "c__builtin__\nset\n",
    "ctorch\nFloatStorage\n",
    "ctorch\nfloat32\n",
    "cposix\nsystem\n",
    "cargparse\nNamespace\n"
  };

  /** Mostly those that leave something on the stack. */
  private static void instruction(SplittableRandom random, ByteArrayOutputStream program) {
    switch (random.nextInt(12)) {
      case 0 -> program.writeBytes(ascii(GLOBALS[random.nextInt(GLOBALS.length)]));
      case 1 -> {
        program.write('K');
        program.write(random.nextInt(256));
      }
      case 2 -> {
        String[] texts = {"storage", "0", "cpu", "state_dict", "model", "module.fc.weight"};
        String text = texts[random.nextInt(texts.length)];
        program.write('U');
        program.write(text.length());
        program.writeBytes(ascii(text));
      }
      case 3 -> {
        program.write(random.nextBoolean() ? 'q' : 'h');
        program.write(random.nextInt(4));
      }
      case 4 -> program.writeBytes(storage(random));
      case 5 -> {
        program.writeBytes(ascii(GLOBALS[0] + "("));
        program.writeBytes(storage(random));
        program.writeBytes(
            new byte[] {'K', (byte) random.nextInt(5), 'K', (byte) random.nextInt(9), (byte) 0x85});
        program.writeBytes(
            new byte[] {'K', (byte) random.nextInt(4), (byte) 0x85, (byte) 0x89, '}', 't', 'R'});
      }
      case 6 -> program.write("]})(N".charAt(random.nextInt(5)));
      case 7 -> {
        int[] tuples = {0x85, 0x86, 0x87, 't', 'l', 'd'};
        program.write(tuples[random.nextInt(tuples.length)]);
      }
      case 8 -> program.write("aesu".charAt(random.nextInt(4)));
      case 9 -> {
        int[] calls = {'R', 0x81, 'b', 'Q', 'o', 0x92, 0x93};
        program.write(calls[random.nextInt(calls.length)]);
      }
      case 10 -> program.write("012".charAt(random.nextInt(3)));
      default -> program.write(random.nextInt(256));
    }
  }

  private static byte[] storage(SplittableRandom random) {
    return ascii(
        "(U\u0007storage" + GLOBALS[5] + "U\u00010U\u0003cpuK" + (char) random.nextInt(9) + "tQ");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<byte[]> resources(String... names) throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (String name : names) {
      files.add(Files.readAllBytes(Resources.path(name)));
    }
    return files;
  }

  /** Files that this software writes. */
  private static List<byte[]> savedHere() throws IOException {
    List<byte[]> files = new ArrayList<>();
    Path file = Files.createTempFile("valid", ".bin");
    for (ElementType type : List.of(ElementType.F32, ElementType.F16)) {
      ModelFile model =
          new ModelFile(TINY, NamedValues.weights(TINY.graph()), ModelCard.of(TINY.name()));
      ModelFile.save(file, model, type);
      files.add(Files.readAllBytes(file));
    }
    Files.delete(file);
    return files;
  }

  private static byte[] torch7File() throws IOException {
    Path file = Files.createTempFile("valid", ".t7");
    Torch7Writer.write(file, torch7());
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** A stem, one block of paths with an identity shortcut, and a classifier. */
  private static Module torch7() {
    Module residual =
        Module.container(
            "nn.Sequential",
            List.of(
                Module.container(
                    "nn.ConcatTable",
                    List.of(Module.container("nn.Sequential", List.of(convolution(), norm())))),
                Module.of("nn.JoinTable"),
                convolution(),
                norm()));
    Module block =
        Module.container(
            "nn.Sequential",
            List.of(
                Module.container("nn.ConcatTable", List.of(residual, Module.of("nn.Identity"))),
                Module.of("nn.CAddTable")));
    return Module.container(
        "nn.Sequential",
        List.of(
            convolution(),
            norm(),
            Module.container("nn.Sequential", List.of(block)),
            Module.of(
                "nn.Linear",
                "weight",
                new Values("Float", new float[4], 2, 2),
                "bias",
                new Values("Float", new float[2], 2))));
  }

  private static Module convolution() {
    return Module.of(
        "cudnn.SpatialConvolution",
        "nInputPlane",
        2,
        "nOutputPlane",
        2,
        "kW",
        1,
        "kH",
        1,
        "weight",
        new Values("Cuda", new float[4], 2, 2),
        "bias",
        new Values("Cuda", new float[2], 2));
  }

  private static Module norm() {
    return Module.of(
        "nn.SpatialBatchNormalization",
        "running_mean",
        new Values("Cuda", new float[2], 2),
        "running_std",
        new Values("Cuda", new float[] {1, 2}, 2));
  }
}
