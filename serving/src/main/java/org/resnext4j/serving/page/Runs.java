package org.resnext4j.serving.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.resnext4j.models.RunFiles;
import org.resnext4j.serving.http.RequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The training runs of a folder. A run is a folder in it with a file {@value #FILE}, which holds
 * one JSON object per line. Readers of a growing file continue at their last position.
 */
public final class Runs {

  /** The metrics file that training writes for a run. */
  public static final String FILE = RunFiles.METRICS;

  private static final int MAX_RUNS = 1000;
  private static final int MAX_READ = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Optional<Path> folder;

  public Runs(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * A run.
   *
   * @param name name of its folder
   * @param changed time of the last change of its metrics file
   * @param bytes size of its metrics file
   */
  public record Run(String name, Instant changed, long bytes) {}

  /**
   * Some lines of a run.
   *
   * @param lines JSON objects
   * @param next position at which the next call continues to read
   */
  public record Lines(List<JsonNode> lines, long next) {}

  /** All runs, the latest first. */
  public List<Run> list() {
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return List.of();
    }
    List<Run> runs = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder.get())) {
      for (Path child : children.limit(MAX_RUNS).toList()) {
        Path file = child.resolve(FILE);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          runs.add(
              new Run(
                  child.getFileName().toString(),
                  Files.getLastModifiedTime(file).toInstant(),
                  Files.size(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    runs.sort(Comparator.comparing(Run::changed).reversed());
    return runs;
  }

  /**
   * Reads whole lines of a run from a position on, at most a megabyte at once.
   *
   * @param name a name that {@link #list} returned; the method looks the name up there, so it
   *     cannot lead to another folder
   * @param from position to begin at: 0, or the position that an earlier call returned
   * @throws RequestException with status 404 if there is no such run
   */
  public Lines read(String name, long from) {
    Run run =
        list().stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new RequestException(404, "there is no run '%s'".formatted(name)));
    // A restarted run has a shorter file than before, so reading begins at its start.
    long begin = from < 0 || from > run.bytes() ? 0 : from;
    byte[] bytes;
    try (SeekableByteChannel channel =
        Files.newByteChannel(folder.orElseThrow().resolve(run.name()).resolve(FILE))) {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(MAX_READ, run.bytes() - begin));
      channel.position(begin);
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = channel.read(buffer);
      }
      bytes = Arrays.copyOf(buffer.array(), buffer.position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    List<JsonNode> lines = new ArrayList<>();
    new String(bytes, 0, end, StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> parse(line).ifPresent(lines::add));
    return new Lines(lines, begin + end);
  }

  private static Optional<JsonNode> parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return node.isObject() ? Optional.of(node) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty(); // Skips a line that is no JSON; the other lines still draw a curve.
    }
  }
}
