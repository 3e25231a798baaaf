package org.resnext4j.serving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
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
   */
  record Conversation(List<Answer> answers) {

    /** Whether the service said with its last answer that it ends the connection. */
    boolean closed() {
      return answers.getLast().has("Connection: close");
    }

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

  /**
   * Sends requests and reads the answers until the service closes the connection. The client ends
   * its own side when the first answer is here, so the service reads whatever it takes for a
   * request, finds the end, and closes at once: nobody waits for silence.
   */
  static Conversation send(TestServer server, byte[] requests) {
    return send(server, requests, false);
  }

  /** The same with text, every line of which ends as HTTP wants it. */
  static Conversation send(TestServer server, String requests) {
    return send(
        server, requests.getBytes(StandardCharsets.ISO_8859_1), requests.startsWith("HEAD"));
  }

  private static Conversation send(TestServer server, byte[] requests, boolean headsOnly) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(requests);
      InputStream stream = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        all.write(buffer, 0, read);
        if (!answers(all, headsOnly).isEmpty() && !socket.isOutputShutdown()) {
          socket.shutdownOutput();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(all.toString(StandardCharsets.ISO_8859_1), e);
    }
    return new Conversation(answers(all, headsOnly));
  }

  private static List<Answer> answers(ByteArrayOutputStream bytes, boolean headsOnly) {
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
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
