package org.resnext4j.benchmarks;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A process that sends requests to a service. Each client runs on a virtual thread with its own
 * connection and sends the next request when it has the answer to the last. The process shares the
 * machine with the service and therefore does little work: it builds the request once, and it reads
 * from an answer only the fields that HTTP requires.
 *
 * <p>It answers {@code load PORT CLIENTS MILLIS} with the nanoseconds of each request, and {@code
 * result PORT} with the logits of one request.
 */
final class ServingLoad {

  /** The kind of input in a request. */
  enum Input {
    /** A prepared picture as raw floats, in the Open Inference Protocol's binary extension. */
    TENSOR,
    /** A JPEG of 500×375 pixels. */
    PICTURE
  }

  private final byte[] request;

  private ServingLoad(byte[] request) {
    this.request = request;
  }

  /**
   * Sends requests. The first argument names the kind of input, the other arguments the workload.
   */
  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    Workload workload = Workload.parse(words.subList(1, words.size())).withBatch(1);
    ServingLoad load =
        new ServingLoad(
            switch (Input.valueOf(words.getFirst())) {
              case TENSOR -> tensor(workload);
              case PICTURE -> post("/v1/classify?top=5", "", picture());
            });
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String command = commands.readLine();
        command != null && !command.equals("quit");
        command = commands.readLine()) {
      String[] asked = command.split(" ", -1);
      int port = Integer.parseInt(asked[1]);
      System.out.println(
          switch (asked[0]) {
            case "load" -> load.run(port, Integer.parseInt(asked[2]), Long.parseLong(asked[3]));
            case "result" -> Worker.encode(logits(workload, port));
            default -> throw new IllegalArgumentException("unknown command '" + command + "'");
          });
    }
  }

  private String run(int port, int clients, long millis)
      throws InterruptedException, ExecutionException {
    List<Future<List<Long>>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + millis * 1_000_000;
      for (int i = 0; i < clients; i++) {
        all.add(threads.submit(() -> client(port, end)));
      }
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> each : all) {
        times.addAll(each.get());
      }
      return times.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
  }

  private List<Long> client(int port, long end) throws IOException {
    List<Long> times = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      do {
        long start = System.nanoTime();
        out.write(request);
        var _ = answer(in);
        times.add(System.nanoTime() - start);
      } while (System.nanoTime() < end);
    }
    return times;
  }

  /** The logits of the workload's picture. */
  private static float[] logits(Workload workload, int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(tensor(workload));
      byte[] body = answer(new BufferedInputStream(socket.getInputStream()));
      // The raw output is the end of the body. The JSON before it states the output's length.
      String json = new String(body, StandardCharsets.UTF_8);
      String field = "\"binary_data_size\":";
      int at = json.indexOf(field) + field.length();
      int size = Integer.parseInt(json.substring(at, json.indexOf('}', at)));
      float[] logits = new float[size / Float.BYTES];
      ByteBuffer.wrap(body, body.length - size, size)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(logits);
      return logits;
    }
  }

  /** Reads one answer and returns its body. */
  private static byte[] answer(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 4) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the service closed the connection after: " + head);
      }
      head.write(next);
      ends = next == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : next == '\r' ? 1 : 0;
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    if (!text.startsWith("HTTP/1.1 200")) {
      throw new IOException("the service answered: " + text);
    }
    String field = "content-length: ";
    int at = text.toLowerCase(java.util.Locale.ROOT).indexOf(field) + field.length();
    return in.readNBytes(Integer.parseInt(text.substring(at, text.indexOf('\r', at))));
  }

  private static byte[] tensor(Workload workload) {
    float[] planar = workload.planarImages();
    ByteBuffer raw =
        ByteBuffer.allocate(planar.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(planar);
    byte[] json =
        """
        {"inputs": [{"name": "input", "datatype": "FP32", "shape": [1, 3, %d, %d],
         "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "logits", "parameters": {"binary_data": true}}]}\
        """
            .formatted(workload.size(), workload.size(), raw.capacity())
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(json.length + raw.capacity()).put(json).put(raw).array();
    return post(
        "/v2/models/model/infer",
        "Inference-Header-Content-Length: %d\r\n".formatted(json.length),
        body);
  }

  private static byte[] post(String path, String header, byte[] body) {
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(path, header, body.length)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
  }

  private static byte[] picture() throws IOException {
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int wave = (int) (127 + 90 * Math.sin(x / 9.0) * Math.cos(y / 13.0));
        image.setRGB(x, y, (wave << 16) | ((x & 255) << 8) | (y & 255));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", bytes);
    return bytes.toByteArray();
  }
}
