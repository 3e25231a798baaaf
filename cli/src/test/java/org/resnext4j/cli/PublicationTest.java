package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What people add to their builds agrees with the modules of this one. */
class PublicationTest {

  private static final Path ROOT = Path.of(System.getProperty("resnext4j.root"));

  private static List<String> matches(Path file, String expression) throws IOException {
    return Pattern.compile(expression)
        .matcher(Files.readString(file))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> modules() throws IOException {
    return matches(ROOT.resolve("pom.xml"), "<module>(.*)</module>").stream()
        .filter(module -> Files.isDirectory(ROOT.resolve(module + "/src/main/java")))
        .toList();
  }

  @Test
  void theBillOfMaterialsListsEveryLibrary() throws IOException {
    List<String> libraries =
        modules().stream().filter(module -> !module.equals("benchmarks")).toList();
    assertThat(
            matches(ROOT.resolve("bom/pom.xml"), "<artifactId>resnext4j-(?!bom)(.*)</artifactId>"))
        .isEqualTo(libraries);
  }

  @Test
  void allVersionsAgree() throws IOException {
    List<String> root = matches(ROOT.resolve("pom.xml"), "(?s)^.*?<version>(.*?)</version>");
    assertThat(matches(ROOT.resolve("bom/pom.xml"), "(?s)^.*?<version>(.*?)</version>"))
        .isEqualTo(root);
  }

  @Test
  void everyModuleHasAStableName() throws IOException {
    for (String module : modules()) {
      assertThat(matches(ROOT.resolve(module + "/pom.xml"), "<module.name>(.*)</module.name>"))
          .containsExactly("org.resnext4j." + module);
      Path description = ROOT.resolve(module + "/src/main/module/module-info.java");
      if (Files.exists(description)) {
        assertThat(matches(description, "(?m)^module (.*) \\{"))
            .containsExactly("org.resnext4j." + module);
      }
    }
  }

  @Test
  void modulesExportPackagesThatExist() throws IOException {
    for (String module : modules()) {
      Path sources = ROOT.resolve(module + "/src/main/java");
      Path description = ROOT.resolve(module + "/src/main/module/module-info.java");
      if (Files.exists(description)) {
        for (String exported : matches(description, "(?m)^ *exports (.*);")) {
          Path folder = sources.resolve(exported.replace('.', '/'));
          assertThat(folder).as(exported).isDirectory();
          try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.anyMatch(file -> file.toString().endsWith(".java")))
                .as(exported)
                .isTrue();
          }
        }
      }
    }
  }
}
