package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnext4j.models.weights.AtomicFile;

/**
 * Downloads files over HTTP. A file gets its name when it is complete and checked.
 *
 * <p>Bytes go to {@code NAME.part} beside the target. If the connection breaks, ends early or stays
 * silent, the downloader requests the rest by {@code Range}; {@code If-Range} ties the request to
 * the same version of the file. After the last attempt the part remains, and the next call
 * continues it. The downloader compares size and hash of a complete file with the expected ones,
 * forces the file to the disk and renames it. Java's system properties or the usual environment
 * variables set proxies.
 */
public final class Downloader implements AutoCloseable {

  /** A failure that may not happen in another attempt. */
  private static final class Interruption extends IOException {
    private static final long serialVersionUID = 1L;

    Interruption(String message) {
      super(message);
    }
  }

  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final Duration GLANCE = Duration.ofMillis(50);

  private final Patience patience;
  private final HttpClient client;

  private Downloader(Patience patience, HttpClient client) {
    this.patience = patience;
    this.client = client;
  }

  /**
   * Waiting times and number of attempts.
   *
   * @param connect longest time for a connection
   * @param silence longest time for the next byte
   * @param pause time between attempts
   * @param attempts number of attempts, at least 1; an attempt that received bytes does not count
   */
  public record Patience(Duration connect, Duration silence, Duration pause, int attempts) {

    /**
     * Checks the number of attempts.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public Patience {
      if (attempts < 1) {
        throw new IllegalArgumentException("attempts must be at least 1, but were " + attempts);
      }
    }

    /** 15 s for a connection, 30 s for a byte, and five attempts with pauses of 2 s. */
    public static Patience standard() {
      return new Patience(Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(2), 5);
    }
  }

  /** A downloader with the standard waiting times and the proxies of this process. */
  public static Downloader create() {
    return create(Patience.standard(), System.getenv());
  }

  /**
   * A downloader.
   *
   * @param environment environment variables, which may name proxies
   */
  public static Downloader create(Patience patience, Map<String, String> environment) {
    return new Downloader(
        patience,
        HttpClient.newBuilder()
            .followRedirects(Redirect.NORMAL)
            .connectTimeout(patience.connect())
            .proxy(Proxies.of(environment))
            .authenticator(Proxies.authenticator(environment))
            .build());
  }

  /**
   * Downloads a file and replaces an existing one.
   *
   * @param from an {@code http} or {@code https} address
   * @param target the file; missing folders are created
   * @param expected expected size and hash
   * @param progress receives the progress
   * @throws DownloadException if the download fails or differs from the expected file
   * @throws IOException if the file cannot be written
   */
  public void fetch(URI from, Path target, Expected expected, Progress progress)
      throws IOException {
    if (from.getHost() == null
        || from.getScheme() == null
        || !from.getScheme().toLowerCase(Locale.ROOT).matches("https?")) {
      throw new DownloadException(from + ": expected an http or https address");
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try (FileChannel file =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock _ = lock(file, part)) {
      PartState state = new PartState(part);
      MessageDigest digest = download(from, file, state, expected, progress);
      try {
        expected.check(from.toString(), file.size(), digest.digest());
      } catch (DownloadException e) {
        Files.deleteIfExists(part);
        state.forget();
        throw new DownloadException(e.getMessage() + "; it was thrown away", e);
      }
      file.force(true);
      state.forget();
    }
    AtomicFile.rename(part, target);
  }

  private static FileLock lock(FileChannel file, Path part) throws IOException {
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw new DownloadException(part + ": this process is downloading it already", e);
    }
    throw new DownloadException(part + ": another process is downloading it already");
  }

  /** Downloads the rest of the file and returns the digest of the whole file. */
  private MessageDigest download(
      URI from, FileChannel file, PartState state, Expected expected, Progress progress)
      throws IOException {
    if (!state.resumable(from)) {
      file.truncate(0);
    }
    for (int failures = 0; ; ) {
      long before = file.size();
      try {
        return new Transfer(from, file, state, expected, progress).run();
      } catch (DownloadException e) {
        throw e;
      } catch (IOException e) {
        failures = file.size() > before ? 1 : failures + 1;
        if (failures >= patience.attempts()) {
          throw new DownloadException(
              "%s: %s after %,d bytes; what is here is kept, so the same command goes on from there"
                  .formatted(from, e.getMessage(), file.size()),
              e);
        }
        progress.retrying(e.getMessage());
        pause();
      }
    }
  }

  private void pause() throws DownloadException {
    try {
      Thread.sleep(patience.pause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static DownloadException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DownloadException("the download was interrupted", cause);
  }

  /** Closes all connections; running downloads fail. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  /** Sends one request and appends its answer to the part. */
  private final class Transfer {

    private final URI from;
    private final FileChannel file;
    private final PartState state;
    private final Expected expected;
    private final Progress progress;
    private final MessageDigest digest = sha256();
    private long received;
    private OptionalLong total = OptionalLong.empty();
    private volatile long lastSign = System.nanoTime();

    Transfer(URI from, FileChannel file, PartState state, Expected expected, Progress progress) {
      this.from = from;
      this.file = file;
      this.state = state;
      this.expected = expected;
      this.progress = progress;
    }

    MessageDigest run() throws IOException {
      readWhatIsHere();
      HttpRequest.Builder request = HttpRequest.newBuilder(from).GET();
      // Otherwise a server may compress the file, and ranges would count compressed bytes.
      request.header("Accept-Encoding", "identity");
      if (received > 0) {
        request.header("Range", "bytes=" + received + "-");
        state.validator().ifPresent(validator -> request.header("If-Range", validator));
      }
      CompletableFuture<HttpResponse<Optional<IOException>>> answer =
          client.sendAsync(request.build(), this::subscriber);
      Optional<IOException> refusal = await(answer).body();
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      if (total.isPresent() && total.getAsLong() != received) {
        throw new Interruption(
            "the server sent %,d of %,d bytes".formatted(received, total.getAsLong()));
      }
      return digest;
    }

    private void readWhatIsHere() throws IOException {
      file.position(0);
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (file.read(buffer) >= 0) {
        received += buffer.flip().remaining();
        digest.update(buffer);
        buffer.clear();
      }
    }

    /** Waits until the body is complete or the server stays silent. */
    private <T> T await(CompletableFuture<T> answer) throws IOException {
      try {
        while (true) {
          try {
            return answer.get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            if (System.nanoTime() - lastSign > patience.silence().toNanos()) {
              throw new Interruption(
                  "the server was silent for %.3g s"
                      .formatted(patience.silence().toMillis() / 1e3));
            }
          }
        }
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        throw interrupted(e);
      } finally {
        answer.cancel(true);
      }
    }

    private IOException failure(Throwable cause) {
      if (cause instanceof DownloadException known) {
        return known;
      }
      for (Throwable at = cause; at != null; at = at.getCause()) {
        if (at instanceof UnresolvedAddressException) {
          return new Interruption("the host %s is not known".formatted(from.getHost()));
        }
      }
      return switch (cause) {
        case HttpTimeoutException _ ->
            new Interruption("no connection within %s".formatted(patience.connect()));
        case ConnectException _ -> new Interruption("no connection to " + from.getAuthority());
        default -> new Interruption("the connection broke (%s)".formatted(cause.getMessage()));
      };
    }

    private HttpResponse.BodySubscriber<Optional<IOException>> subscriber(
        HttpResponse.ResponseInfo answer) {
      lastSign = System.nanoTime();
      Optional<IOException> refusal;
      try {
        refusal = begin(answer);
      } catch (IOException e) {
        refusal = Optional.of(e);
      }
      if (refusal.isPresent()) {
        return HttpResponse.BodySubscribers.replacing(refusal);
      }
      return HttpResponse.BodySubscribers.mapping(
          new ChunkSubscriber(this::take), _ -> Optional.empty());
    }

    /** Prepares for the body, or says why the answer is wrong. */
    private Optional<IOException> begin(HttpResponse.ResponseInfo answer) throws IOException {
      int status = answer.statusCode();
      OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
      switch (status) {
        case 200 -> {
          restart();
          total = length;
        }
        case 206 -> {
          Matcher range =
              CONTENT_RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
          if (!range.matches() || Long.parseLong(range.group(1)) != received) {
            restart();
            return Optional.of(new Interruption("the server sent another range than asked for"));
          }
          total =
              range.group(2).equals("*")
                  ? OptionalLong.empty()
                  : OptionalLong.of(Long.parseLong(range.group(2)));
        }
        case 416 -> {
          restart();
          return Optional.of(new Interruption("the file has changed on the server"));
        }
        case 408, 425, 429, 500, 502, 503, 504 -> {
          return Optional.of(
              new Interruption("the server answered that it cannot now (%d)".formatted(status)));
        }
        case 404, 410 -> {
          return Optional.of(
              new DownloadException(from + ": there is no such file (%d)".formatted(status)));
        }
        case 401, 403, 407 -> {
          return Optional.of(
              new DownloadException(from + ": access was refused (%d)".formatted(status)));
        }
        default -> {
          return Optional.of(
              new DownloadException(
                  "%s: expected a file, but the server answered with status %d"
                      .formatted(from, status)));
        }
      }
      if (total.isPresent()) {
        checkSize(total.getAsLong());
      }
      state.remember(
          from,
          answer
              .headers()
              .firstValue("ETag")
              .filter(tag -> !tag.startsWith("W/"))
              .or(() -> answer.headers().firstValue("Last-Modified")));
      return Optional.empty();
    }

    private void checkSize(long size) throws IOException {
      if (expected.bytes().isPresent() && expected.bytes().getAsLong() != size) {
        throw new DownloadException(
            "%s: expected %,d bytes, but the server has a file of %,d"
                .formatted(from, expected.bytes().getAsLong(), size));
      }
      long room = Files.getFileStore(state.part()).getUsableSpace();
      if (size - received > room) {
        throw new DownloadException(
            "%s: needs %,d bytes more, but the disk has room for %,d"
                .formatted(from, size - received, room));
      }
    }

    private void restart() throws IOException {
      file.truncate(0);
      file.position(0);
      digest.reset();
      received = 0;
    }

    private void take(ByteBuffer chunk) throws IOException {
      lastSign = System.nanoTime();
      long limit = total.orElse(expected.bytes().orElse(Long.MAX_VALUE));
      if (received + chunk.remaining() > limit) {
        throw new DownloadException(
            "%s: expected %,d bytes, but the server sends more".formatted(from, limit));
      }
      digest.update(chunk.duplicate());
      received += chunk.remaining();
      while (chunk.hasRemaining()) {
        file.write(chunk);
      }
      progress.received(received, total);
    }
  }

  /** A new SHA-256 digest. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
