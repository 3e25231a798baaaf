package org.resnext4j.serving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sends bytes as they are, and takes apart what comes back. */
final class RawHttp {

  private RawHttp() {}

  /**
   * What came back.
   *
   * @param answers in their order
   * @param closed whether the service ended the connection
   */
  record Conversation(List<Answer> answers, boolean closed) {

    List<Integer> statuses() {
      return answers.stream().map(Answer::status).toList();
    }

    Answer only() {
      if (answers.size() != 1) {
        throw new AssertionError("expected one answer, found " + answers);
      }
      return answers.getFirst();
    }
  }

  /** One answer. */
  record Answer(int status, String head, String body) {

    boolean has(String line) {
      return head.toLowerCase(Locale.ROOT).contains("\r\n" + line.toLowerCase(Locale.ROOT));
    }
  }

  /** Sends a request, and reads until the service closes or falls silent. */
  static Conversation send(TestServer server, byte[] request) {
    return send(server, request, false);
  }

  /** The same with text, every line of which ends as HTTP wants it. */
  static Conversation send(TestServer server, String request) {
    return send(server, request.getBytes(StandardCharsets.ISO_8859_1), request.startsWith("HEAD"));
  }

  /** Sends requests, and reads until the service closes, however long it thinks in between. */
  static Conversation sendUntilClosed(TestServer server, String requests) {
    return send(server, requests.getBytes(StandardCharsets.ISO_8859_1), false, 10_000);
  }

  private static Conversation send(TestServer server, byte[] request, boolean headsOnly) {
    return send(server, request, headsOnly, 300);
  }

  private static Conversation send(
      TestServer server, byte[] request, boolean headsOnly, int silenceMillis) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    boolean closed = false;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      InputStream stream = socket.getInputStream();
      byte[] buffer = new byte[8192];
      while (true) {
        int read = stream.read(buffer);
        if (read < 0) {
          closed = true;
          break;
        }
        all.write(buffer, 0, read);
        List<Answer> here = answers(all.toString(StandardCharsets.ISO_8859_1), headsOnly);
        if (!here.isEmpty() && !here.getLast().has("Connection: close")) {
          socket.setSoTimeout(silenceMillis); // Nothing more may be coming.
        }
      }
    } catch (SocketTimeoutException e) {
      // Silence: the connection lives on.
    } catch (IOException e) {
      throw new UncheckedIOException(all.toString(StandardCharsets.ISO_8859_1), e);
    }
    return new Conversation(answers(all.toString(StandardCharsets.ISO_8859_1), headsOnly), closed);
  }

  private static List<Answer> answers(String text, boolean headsOnly) {
    List<Answer> answers = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n\r\n", at);
      if (end < 0) {
        break;
      }
      String head = text.substring(at, end + 2);
      if (!head.startsWith("HTTP/1.1 ")) {
        throw new AssertionError("no answer begins with: " + head);
      }
      int status = Integer.parseInt(head.substring(9, 12));
      String lower = head.toLowerCase(Locale.ROOT);
      int length = 0;
      int field = lower.indexOf("\r\ncontent-length:");
      if (field >= 0 && !headsOnly) {
        length =
            Integer.parseInt(lower.substring(field + 17, lower.indexOf("\r\n", field + 2)).strip());
      }
      if (end + 4 + length > text.length()) {
        break;
      }
      answers.add(new Answer(status, head, text.substring(end + 4, end + 4 + length)));
      at = end + 4 + length;
    }
    if (headsOnly && at < text.length()) {
      throw new AssertionError("bytes follow a head: " + text.substring(at));
    }
    return answers;
  }
}
