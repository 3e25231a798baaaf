package org.resnext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The launcher {@code resnext} in the locales of its users: letters stay, output is UTF-8, numbers
 * have a point. Its {@code java} is a script that runs these tests' classes instead of the jar.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

  private static final String NAME = "gr\u00f6\u00dfe-\u0131\u011f.png";

  private record Outcome(int code, String out, String err) {}

  @TempDir private Path folder;
  private Path launcher;
  private Path pictures;

  @BeforeEach
  void installLauncher() throws IOException {
    pictures = Files.createDirectory(folder.resolve("pictures"));
    BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(picture, "png", pictures.resolve("plain.png").toFile());
    Path root = Path.of(System.getProperty("resnext4j.root", ".."));
    launcher = Files.copy(root.resolve("resnext"), folder.resolve("resnext"));
    Path jar = Files.createDirectories(folder.resolve("cli/target/launcher"));
    Files.createFile(jar.resolve("resnext4j.jar"));
    Files.createFile(jar.resolve("built"));
    Path home = Files.createDirectories(folder.resolve("jdk/bin")).getParent();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"\n");
    Path java = home.resolve("bin/java");
    // Everything up to -jar FILE is the launcher's; the class takes the jar's place.
    Files.writeString(
        java,
        """
        #!/bin/sh
        n=$#
        while [ "$n" -gt 0 ]; do
          word=$1; shift; n=$((n - 1))
          case "$word" in
            -XX:*Archive*) ;;
            -jar) shift; n=$((n - 1)); set -- "$@" -cp "$TEST_CLASSES" org.resnext4j.cli.Main ;;
            *) set -- "$@" "$word" ;;
          esac
        done
        exec "$TEST_JAVA" "$@"
        """);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder
        .environment()
        .put("TEST_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    builder.environment().put("TEST_CLASSES", System.getProperty("java.class.path"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** Renames the picture to bytes that the present locale may not know, which the shell can. */
  private void rename(String octal) throws Exception {
    String move = "cd '%s' && mv plain.png \"$(printf '%s')\"".formatted(pictures, octal);
    assertThat(new ProcessBuilder("sh", "-c", move).start().waitFor()).isZero();
  }

  private void checkPredictions(Map<String, String> environment) throws Exception {
    rename("gr\\303\\266\\303\\237e-\\304\\261\\304\\237.png");
    Path labels =
        Files.writeString(
            folder.resolve("labels.txt"), "\u0130zmir\nI\u015f\u0131k\nc\nd\ne\nf\ng\nh\ni\nj\n");
    Outcome outcome =
        run(
            environment,
            "predict",
            "--labels",
            labels.toString(),
            "--format",
            "json",
            "--top",
            "10",
            pictures.toString());
    assertThat(outcome.code()).isZero();
    JsonNode answer = JsonMapper.shared().readTree(outcome.out()).get(0);
    assertThat(answer.get("file").asString()).endsWith("/" + NAME);
    List<String> names = new ArrayList<>();
    double sum = 0;
    for (JsonNode each : answer.get("top")) {
      names.add(each.get("class").asString());
      sum += each.get("probability").asDouble();
    }
    assertThat(names).contains("\u0130zmir", "I\u015f\u0131k");
    assertThat(sum).isBetween(0.99, 1.01);
  }

  @Test
  void lettersStayWhereTheLocaleKnowsAsciiAlone() throws Exception {
    checkPredictions(Map.of("LC_ALL", "C"));
  }

  @Test
  void lettersAndNumbersStayInTurkish() throws Exception {
    checkPredictions(
        Map.of(
            "LC_ALL", "C.UTF-8", "RESNEXT_JAVA_OPTIONS", "-Duser.language=tr -Duser.country=TR"));
  }

  /** Debian's localedef makes the locale, where its sources are installed. */
  @Test
  void lettersOfLatin1NamesAreWrittenInUtf8() throws Exception {
    Path locales = Files.createDirectory(folder.resolve("locales"));
    try {
      Process making =
          new ProcessBuilder(
                  "localedef",
                  "-i",
                  "de_DE",
                  "-f",
                  "ISO-8859-1",
                  locales.resolve("de_DE").toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      making.waitFor(30, TimeUnit.SECONDS);
    } catch (IOException e) {
      assumeTrue(false, "there is no localedef");
    }
    assumeTrue(Files.exists(locales.resolve("de_DE")), "the locales' sources are not installed");
    rename("gr\\366\\337e.png");
    Outcome outcome =
        run(
            Map.of("LOCPATH", locales.toString(), "LC_ALL", "de_DE"),
            "predict",
            "--format",
            "csv",
            pictures.toString());
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("/gr\u00f6\u00dfe.png").containsPattern(",0\\.\\d+");
  }

  @Test
  void anUnpackedDownloadRunsItsJarByItsOwnRuntime() throws Exception {
    Files.createFile(folder.resolve("resnext4j.jar"));
    Path runtime = Files.createDirectories(folder.resolve("runtime/bin")).getParent();
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    Path java = Files.writeString(runtime.resolve("bin/java"), "#!/bin/sh\necho \"$0 $*\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Outcome outcome = run(Map.of("PATH", "/usr/bin:/bin"), "demo");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .startsWith(java.toRealPath().toString())
        .endsWith("-jar " + folder.toRealPath().resolve("resnext4j.jar") + " demo\n");
    assertThat(outcome.err()).isEmpty();
  }
}
