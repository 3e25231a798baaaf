import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats every Java file of the project with google-java-format, or with {@code check} names those
 * that are not formatted and fails.
 *
 * <p>A program of its own because the formatter parses with the compiler of the JDK it runs on, and
 * Maven may run on one older than the project's language.
 */
final class Format {

  public static void main(String[] arguments) throws Exception {
    boolean check = List.of(arguments).contains("check");
    List<Path> files;
    try (Stream<Path> tree = Files.walk(Path.of(""))) {
      files =
          tree.filter(f -> f.toString().endsWith(".java"))
              .filter(f -> Stream.of("target", ".cache").noneMatch(d -> contains(f, d)))
              .sorted()
              .toList();
    }
    Formatter formatter = new Formatter();
    int unformatted = 0;
    for (Path file : files) {
      String before = Files.readString(file);
      String ordered = ImportOrderer.reorderImports(before, Style.GOOGLE);
      String after = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
      if (!after.equals(before)) {
        unformatted++;
        System.out.println((check ? "not formatted: " : "formatted: ") + file);
        if (!check) {
          Files.writeString(file, after);
        }
      }
    }
    if (check && unformatted > 0) {
      System.out.println("run `mvn -N verify -Pformat` to format them");
      System.exit(1);
    }
  }

  private static boolean contains(Path file, String folder) {
    for (Path part : file) {
      if (part.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }
}
