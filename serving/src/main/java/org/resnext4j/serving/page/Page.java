package org.resnext4j.serving.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnext4j.serving.http.Exchange;
import org.resnext4j.serving.http.Reply;

/** The files of the page. They come from the jar and stay in memory. */
public final class Page {

  /** Name and media type of every file. No other file is ever read. */
  private static final Map<String, String> TYPES = types();

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final Map<String, File> files = new LinkedHashMap<>();

  /** A file with its media type, its content and its entity tag, which depends on the content. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record File(String type, byte[] content, String tag) {}

  public Page() {
    TYPES.forEach((name, type) -> files.put(name, read(name, type)));
  }

  private static Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put("index.html", "text/html; charset=utf-8");
    types.put("style.css", "text/css; charset=utf-8");
    types.put("icon.svg", "image/svg+xml");
    types.put("openapi.json", Reply.JSON_TYPE);
    for (String module :
        List.of("app", "api", "dom", "chart", "classify", "models", "board", "explorer", "runs")) {
      types.put(module + ".js", "text/javascript; charset=utf-8");
    }
    return types;
  }

  private static File read(String name, String type) {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the page's file '%s' is not in the jar".formatted(name));
      }
      byte[] content = stream.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new File(type, content, "\"" + HexFormat.of().formatHex(digest, 0, 8) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Total size of the page's own files, in bytes. */
  public int size() {
    return files.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("openapi.json"))
        .mapToInt(entry -> entry.getValue().content().length)
        .sum();
  }

  /** The reply with a file, or with status 304 if the client already has the file. */
  public Reply file(String name, Exchange exchange) {
    File file = files.get(name);
    if (file == null) {
      return Reply.error(404, "the page has no such file");
    }
    boolean known = exchange.header("If-None-Match").filter(file.tag()::equals).isPresent();
    return new Reply(known ? 304 : 200, file.type(), known ? new byte[0] : file.content(), Map.of())
        .with("ETag", file.tag())
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("Referrer-Policy", "no-referrer");
  }
}
