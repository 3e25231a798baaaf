package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples in the project's Javadoc compile against the project as it is. */
class JavadocExamplesTest {

  private static final String START = "{@snippet :";
  private static final Pattern TYPE = Pattern.compile("(?<![.\\w])[A-Z]\\w*");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  /** What the words of an example stand for where it does not declare them itself. */
  private static final SequencedMap<String, String> GIVEN = new LinkedHashMap<>();

  static {
    GIVEN.put("graph", "org.resnext4j.engine.graph.Graph");
    GIVEN.put("builder", "org.resnext4j.engine.graph.Graph.Builder");
    GIVEN.put("conv", "org.resnext4j.engine.graph.Node");
    GIVEN.put("relu", "org.resnext4j.engine.graph.Node");
    GIVEN.put("shape", "org.resnext4j.engine.graph.Shape");
    GIVEN.put("backend", "org.resnext4j.engine.Backend");
    GIVEN.put("weights", "org.resnext4j.engine.tensor.Weights");
    GIVEN.put("run", "org.resnext4j.training.classification.RunDescription");
    GIVEN.put("dataset", "org.resnext4j.vision.data.Dataset");
    GIVEN.put("firstWeights", "org.resnext4j.engine.tensor.Weights");
    GIVEN.put("set", "org.resnext4j.evaluation.EvaluationSet");
    GIVEN.put("evaluator", "org.resnext4j.evaluation.Evaluator");
    GIVEN.put("throughput", "org.resnext4j.vision.metrics.Throughput");
    GIVEN.put("classifier", "org.resnext4j.inference.Classifier");
    GIVEN.put("sources", "Iterator<org.resnext4j.inference.stream.PictureSource>");
    GIVEN.put("order", "List<Integer>");
    GIVEN.put("objective", "org.resnext4j.training.Objective");
    GIVEN.put("options", "org.resnext4j.training.Trainer.Options");
    GIVEN.put("training", "org.resnext4j.engine.TrainingModel");
    GIVEN.put("model", "org.resnext4j.models.ResNeXt");
    GIVEN.put("file", "java.nio.file.Path");
    GIVEN.put("folder", "java.nio.file.Path");
    GIVEN.put("mapped", "java.lang.foreign.MemorySegment");
    GIVEN.put("image", "org.resnext4j.vision.Image");
    GIVEN.put("picture", "float[]");
    GIVEN.put("pictures", "float[]");
    GIVEN.put("pixels", "float[]");
    GIVEN.put("logits", "float[]");
    GIVEN.put("logitGradients", "float[]");
    GIVEN.put("images", "float[]");
    GIVEN.put("count", "int");
    GIVEN.put("network", "org.resnext4j.serving.batch.Network");
    GIVEN.put("batcher", "org.resnext4j.serving.batch.Batcher");
    GIVEN.put("source", "org.resnext4j.serving.ModelRepository.Source");
  }

  /** An example with where it stands. */
  private record Example(Path file, int number, String source) {

    String name() {
      String plain = file.toString().replaceAll("[^A-Za-z0-9]", "_");
      return "Example_" + plain + "_" + number;
    }
  }

  @TempDir private Path classes;

  @Test
  void everyExampleCompiles() throws IOException {
    Path root = Path.of(System.getProperty("resnext4j.root"));
    List<Path> sources = sources(root);
    Map<String, List<String>> packagesOf = new LinkedHashMap<>();
    for (Path source : sources) {
      String name = source.getFileName().toString().replace(".java", "");
      packagesOf.computeIfAbsent(name, n -> new ArrayList<>()).add(packageOf(source));
    }
    List<JavaFileObject> units = new ArrayList<>();
    Map<String, Path> files = new LinkedHashMap<>();
    for (Path source : sources) {
      for (Example example : examples(source)) {
        units.add(unit(example.name(), wrapped(example, packagesOf)));
        files.put(example.name(), root.relativize(source));
      }
    }
    assertThat(units).hasSizeGreaterThan(10);
    assertThat(mistakes(units, files)).isEmpty();
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.sorted().toList()) {
        Path tree = module.resolve("src/main/java/org/resnext4j");
        // The benchmarks are not on the command line's class path.
        if (Files.isDirectory(tree) && !module.endsWith("benchmarks")) {
          try (Stream<Path> files = Files.walk(tree)) {
            files.filter(f -> f.toString().endsWith(".java")).sorted().forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static String packageOf(Path source) throws IOException {
    Matcher matcher = PACKAGE.matcher(Files.readString(source));
    assertThat(matcher.find()).as("%s declares a package", source).isTrue();
    return matcher.group(1);
  }

  private static List<Example> examples(Path source) throws IOException {
    List<Example> examples = new ArrayList<>();
    String text = Files.readString(source);
    for (int at = text.indexOf(START); at >= 0; at = text.indexOf(START, at + 1)) {
      String body = text.substring(at + START.length(), end(text, at));
      String code = body.replaceAll("(?m)^\\s*\\* ?", "");
      examples.add(new Example(source, examples.size(), code));
    }
    return examples;
  }

  /** Index of the brace that closes the one at an index. */
  private static int end(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new AssertionError("an example is not closed: " + text.substring(open));
  }

  /** A class with the example as a method's body, whose parameters are what it takes as given. */
  private static String wrapped(Example example, Map<String, List<String>> packagesOf)
      throws IOException {
    String own = packageOf(example.file());
    TreeSet<String> imports = new TreeSet<>();
    Matcher types = TYPE.matcher(example.source());
    while (types.find()) {
      List<String> packages = packagesOf.getOrDefault(types.group(), List.of());
      if (packages.contains(own)) {
        imports.add(own + "." + types.group());
      } else if (packages.size() == 1) {
        imports.add(packages.getFirst() + "." + types.group());
      }
    }
    String parameters =
        GIVEN.entrySet().stream()
            .filter(given -> uses(example.source(), given.getKey()))
            .map(given -> given.getValue() + " " + given.getKey())
            .collect(Collectors.joining(", "));
    return """
    import java.io.*;
    import java.nio.file.*;
    import java.time.*;
    import java.util.*;
    import java.util.function.*;
    import java.util.stream.*;
    %s
    final class %s {
      void example(%s) throws Exception {
    %s
      }
    }
    """
        .formatted(
            imports.stream().map("import %s;"::formatted).collect(Collectors.joining("\n")),
            example.name(),
            parameters,
            example.source());
  }

  /** Whether an example uses a variable without declaring it. */
  private static boolean uses(String source, String variable) {
    boolean declared =
        Pattern.compile("[\\w>\\]] " + variable + "\\s*(=|:|;|\\))").matcher(source).find()
            || Pattern.compile("\\b" + variable + " ->").matcher(source).find();
    return !declared
        && Pattern.compile("(?<![.\\w\"])" + variable + "\\b(?!\\()").matcher(source).find();
  }

  private List<String> mistakes(List<JavaFileObject> units, Map<String, Path> files)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(found, Locale.ROOT, null)) {
      compiler.getTask(null, manager, found, options, List.of(), units).call();
    }
    return found.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .map(d -> "%s: %s".formatted(file(d, files), d.getMessage(Locale.ROOT)))
        .toList();
  }

  private static Object file(
      Diagnostic<? extends JavaFileObject> diagnostic, Map<String, Path> files) {
    String name = diagnostic.getSource().getName().replaceAll(".*/|\\.java", "");
    return files.getOrDefault(name, Path.of(name));
  }

  private static JavaFileObject unit(String name, String source) {
    URI address = URI.create("string:///" + name + ".java");
    return new SimpleJavaFileObject(address, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }
}
