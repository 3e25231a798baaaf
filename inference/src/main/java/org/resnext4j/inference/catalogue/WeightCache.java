package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * The folder of downloaded weights.
 *
 * @param folder the folder, which may not exist yet
 */
public record WeightCache(Path folder) {

  /** Endings of weight files. */
  private static final Pattern ENDING =
      Pattern.compile("(?i)(\\.pth\\.tar|\\.safetensors|\\.pth|\\.pt|\\.th|\\.bin|\\.t7)$");

  /** The environment variable with the name of another folder. */
  public static final String VARIABLE = "RESNEXT4J_CACHE";

  /**
   * The cache of this user: {@code $RESNEXT4J_CACHE}, {@code $XDG_CACHE_HOME/resnext4j} or {@code
   * ~/.cache/resnext4j}.
   */
  public static WeightCache standard() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** The cache of a user with an environment and a home folder. */
  public static WeightCache of(Map<String, String> environment, Path home) {
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isBlank()) {
      return new WeightCache(Path.of(own));
    }
    Path shared = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    // The XDG base directory specification says to ignore a relative path.
    return new WeightCache(
        (shared.isAbsolute() ? shared : home.resolve(".cache")).resolve("resnext4j"));
  }

  /** The file of weights after their download. */
  public Path path(PublishedWeights weights) {
    return folder.resolve(weights.fileName());
  }

  /** The file of weights, if it was downloaded. */
  public Optional<Path> find(PublishedWeights weights) {
    return Optional.of(path(weights)).filter(Files::isRegularFile);
  }

  /**
   * The downloaded file with a name, whether the catalogue lists it or not.
   *
   * @throws IOException if the folder cannot be read
   */
  public Optional<Path> find(String name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file -> ENDING.matcher(file.getFileName().toString()).replaceFirst("").equals(name))
          .filter(file -> !file.toString().endsWith(".part"))
          .sorted()
          .findFirst();
    }
  }

  /**
   * The file of weights, downloaded from the publisher if the cache does not have it.
   *
   * @throws DownloadException if the download fails or differs from the published file
   * @throws IOException if the file cannot be written
   */
  public Path pull(PublishedWeights weights, Downloader downloader, Progress progress)
      throws IOException {
    Optional<Path> here = find(weights);
    return here.isPresent()
        ? here.get()
        : pull(weights, weights.url().toString(), downloader, progress);
  }

  /**
   * The file of weights from another place, which replaces the file in the cache. It must equal the
   * published file.
   *
   * @param from an {@code http} or {@code https} address, or a file
   * @throws DownloadException if the download fails or differs from the published file
   * @throws IOException if a file cannot be read or written
   */
  public Path pull(PublishedWeights weights, String from, Downloader downloader, Progress progress)
      throws IOException {
    return fetch(from, path(weights), Expected.of(weights), downloader, progress);
  }

  /**
   * Adds a file that the catalogue does not list.
   *
   * @param name name in the cache; the ending of the source stays
   * @param from an {@code http} or {@code https} address, or a file
   * @throws IllegalArgumentException if the name is not a plain file name
   * @throws DownloadException if the download fails or differs from the expected file
   * @throws IOException if a file cannot be read or written
   */
  public Path pull(
      String name, String from, Expected expected, Downloader downloader, Progress progress)
      throws IOException {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
      throw new IllegalArgumentException(
          "a name is letters, digits, '.', '_' and '-', but found '%s'".formatted(name));
    }
    String path = isAddress(from) ? URI.create(from).getPath() : from;
    Matcher ending = ENDING.matcher(path);
    Path target = folder.resolve(name + (ending.find() ? ending.group() : ""));
    return fetch(from, target, expected, downloader, progress);
  }

  /** The folder of a hub's model, if it was pulled. */
  public Optional<Path> find(HubRepository repository) {
    Path target = path(repository);
    boolean whole =
        HubRepository.FILES.stream().allMatch(file -> Files.isRegularFile(target.resolve(file)));
    return whole ? Optional.of(target) : Optional.empty();
  }

  /** Where a hub's model lies, once pulled. */
  public Path path(HubRepository repository) {
    return folder.resolve(repository.owner()).resolve(repository.name());
  }

  /**
   * The folder of a hub's model, fetched if it is not here. The hub tells no hash in advance: each
   * file must have the length that the server announces, and the folder must open as one model.
   *
   * @param hub address of the hub, usually {@link HubRepository#HUB}
   * @throws DownloadException if it cannot be had whole, or holds no weights
   * @throws IOException if it cannot be written
   */
  public Path pull(HubRepository repository, URI hub, Downloader downloader, Progress progress)
      throws IOException {
    Path target = path(repository);
    for (String file : HubRepository.FILES) {
      if (!Files.isRegularFile(target.resolve(file))) {
        URI address = repository.address(hub, file);
        downloader.fetch(address, target.resolve(file), Expected.anything(), progress);
      }
    }
    try {
      checkContent(repository.address(hub, "").toString(), target);
    } catch (DownloadException e) {
      for (String file : HubRepository.FILES) {
        Files.deleteIfExists(target.resolve(file));
      }
      throw e;
    }
    return target;
  }

  private static Path fetch(
      String from, Path target, Expected expected, Downloader downloader, Progress progress)
      throws IOException {
    if (isAddress(from)) {
      downloader.fetch(address(from), target, expected, progress);
    } else {
      copy(Path.of(from), target, expected);
    }
    if (expected.sha256().isEmpty()) {
      checkContent(from, target);
    }
    return target;
  }

  /** Checks a file without a known hash: an error page of a server is not a weight file. */
  private static void checkContent(String from, Path target) throws IOException {
    try (WeightFile file = WeightFiles.open(target)) {
      if (file.tensors().isEmpty()) {
        throw new DownloadException(from + ": expected a weight file, but it holds no tensors");
      }
    } catch (WeightFileException e) {
      if (Files.isRegularFile(target)) {
        Files.delete(target);
      }
      throw new DownloadException(
          "%s: expected a weight file, found something else; it was thrown away".formatted(from),
          e);
    }
  }

  private static boolean isAddress(String from) {
    return from.matches("(?i)https?://.*");
  }

  private static URI address(String from) throws DownloadException {
    try {
      return URI.create(from);
    } catch (IllegalArgumentException e) {
      throw new DownloadException(from + ": expected an http or https address or a file", e);
    }
  }

  private static void copy(Path from, Path target, Expected expected) throws IOException {
    if (!Files.isRegularFile(from)) {
      throw new DownloadException(from + ": expected a file or an http or https address");
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    AtomicFile.write(
        target,
        channel -> {
          MessageDigest digest = Downloader.sha256();
          try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest)) {
            in.transferTo(Channels.newOutputStream(channel));
          }
          expected.check(from.toString(), channel.size(), digest.digest());
        });
  }
}
