package org.resnext4j.serving.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/**
 * HTTP/1.1 and HTTP/1.0 on Helidon's connections. A connection reads and answers one request after
 * another until one side closes it.
 *
 * <p>A connection is always in one {@link Phase}, and each phase has a time limit. A client that
 * sends one byte a second is therefore cut off like a silent one.
 *
 * <p>While a request waits for its answer, {@link Connection#watch} reads ahead on the socket and
 * so notices a disconnect. The bytes that it reads (a pipelined request) become the next bytes of
 * the input.
 */
final class Connections implements ServerConnectionSelector, AutoCloseable {

  /**
   * Connections above the bound that are answered with 503 at the same time. Further ones wait to
   * be accepted.
   */
  static final int REFUSING = 64;

  /** The status of requests whose client disconnected, as nginx counts them. It is never sent. */
  private static final int CLIENT_GONE = 499;

  private static final Duration REFUSAL = Duration.ofSeconds(1);
  private static final byte[] CONTINUE = Reply.ascii("HTTP/1.1 100 Continue\r\n\r\n");

  /** The phase of a connection. */
  enum Phase {
    /** Between requests. */
    IDLE,
    /** Receiving a request's head or body. */
    RECEIVING,
    /** Working on a request. The deadline of the request bounds this phase. */
    WORKING,
    /** Sending the answer. */
    SENDING,
    /** Answered. The client has a moment to read the answer and to finish sending. */
    ANSWERED
  }

  private final Service service;
  private final Limits limits;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Handshakes handshakes = new Handshakes();
  private final Semaphore places;
  private final Semaphore memory;
  private final LongAdder refused = new LongAdder();
  private final LongAdder malformed = new LongAdder();
  private final ScheduledExecutorService reaper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("connection-reaper").daemon().factory());

  Connections(Service service, Limits limits) {
    this.service = service;
    this.limits = limits;
    this.places = new Semaphore(limits.connections());
    this.memory = new Semaphore((int) Math.min(Integer.MAX_VALUE, limits.memoryBytes() / 1024));
    long period =
        Math.clamp(Math.min(limits.idle().toMillis(), limits.receive().toMillis()) / 4, 10, 250);
    var _ = reaper.scheduleWithFixedDelay(this::reap, period, period, TimeUnit.MILLISECONDS);
  }

  /** Number of connections open now. */
  int count() {
    return open.size();
  }

  /** Number of connections that were refused because too many were open. */
  long refused() {
    return refused.sum();
  }

  /** Number of messages that were not valid requests. */
  long malformed() {
    return malformed.sum();
  }

  /** Returns the context with a time limit for handshakes, which equals the limit for requests. */
  SSLContext bounded(SSLContext context) {
    return handshakes.note(context);
  }

  private void reap() {
    handshakes.end(limits.receive());
    long now = System.nanoTime();
    for (Connection connection : open) {
      Duration limit =
          switch (connection.phase) {
            case IDLE -> limits.idle();
            case RECEIVING, SENDING -> limits.receive();
            // The service itself keeps the deadline. Twice its length catches a request that hangs.
            case WORKING -> limits.deadline().multipliedBy(2);
            case ANSWERED -> REFUSAL;
          };
      if (now - connection.since > limit.toNanos()) {
        connection.cut();
      }
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED; // Other protocols get an error in the form of HTTP/1.
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.1", "http/1.0");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Connection(context);
  }

  @Override
  public void close() {
    reaper.shutdownNow();
  }

  /**
   * The connection of one client. Its own thread calls every method except {@link #cut} and {@link
   * #close}.
   */
  final class Connection implements ServerConnection, InterruptableTask<Void> {

    private final ConnectionContext context;
    private final Input input = new Input(this::next);
    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private volatile boolean closing;
    private volatile Optional<CompletableFuture<Optional<byte[]>>> readAhead = Optional.empty();

    private Connection(ConnectionContext context) {
      this.context = context;
    }

    /** Enters a phase. */
    void enter(Phase next) {
      since = System.nanoTime();
      phase = next;
    }

    /** The client's address. */
    String client() {
      return context.remotePeer().host();
    }

    /** Runs an action if the client disconnects after this call, at most once. */
    void watch(Runnable gone) {
      if (readAhead.isPresent()) {
        return;
      }
      CompletableFuture<Optional<byte[]>> bytes = new CompletableFuture<>();
      readAhead = Optional.of(bytes);
      var _ =
          Thread.ofVirtual()
              .name("watch " + context.childSocketId())
              .start(() -> {
                Optional<byte[]> read = Optional.empty();
                try {
                  read = received();
                } catch (RuntimeException e) {
                  // A broken connection counts as closed.
                }
                bytes.complete(read);
                if (read.isEmpty()) {
                  gone.run();
                }
              });
    }

    private Optional<byte[]> next() {
      Optional<CompletableFuture<Optional<byte[]>>> ahead = readAhead;
      try {
        if (ahead.isEmpty()) {
          return received();
        }
        Optional<byte[]> bytes = ahead.get().get();
        readAhead = Optional.empty();
        return bytes;
      } catch (UncheckedIOException | CloseConnectionException | ExecutionException e) {
        throw new ClientGoneException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClientGoneException(e);
      }
    }

    /** Waits for bytes. The result is empty if the client has ended its side. */
    private Optional<byte[]> received() {
      try {
        BufferData data = context.dataReader().readBuffer();
        byte[] bytes = new byte[data.available()];
        data.read(bytes);
        return Optional.of(bytes);
      } catch (DataReader.InsufficientDataAvailableException e) {
        return Optional.empty();
      }
    }

    /**
     * Ends a connection that took too long. A client that was sending a request gets an answer
     * first.
     */
    private void cut() {
      open.remove(this);
      try {
        if (phase == Phase.RECEIVING) {
          write(refusal(408, "the request was not received in time").message(false, "close"));
        }
      } catch (RuntimeException e) {
        // The client may have disconnected already.
      } finally {
        closeSocket();
      }
    }

    private Reply refusal(int status, String error) {
      return Reply.error(status, error).with("Retry-After", "1");
    }

    private void write(byte[] message) {
      context.serverSocket().write(BufferData.create(message));
    }

    /** Answers that there are too many connections and gives the client a moment to read that. */
    private void refuse() {
      refused.increment();
      open.add(this);
      try {
        answer(refusal(503, "there are too many connections"), false, "close");
        takeTheRest();
      } catch (ClientGoneException e) {
        // The client disconnected by itself.
      }
    }

    private void answer(Reply reply, boolean head, String connection) {
      enter(Phase.SENDING);
      try {
        write(reply.message(head, connection));
      } catch (RuntimeException e) {
        throw new ClientGoneException(e);
      }
    }

    /**
     * Reads and drops the bytes that the client still sends. The operating system resets a
     * connection that is closed with unread bytes, and the answer may be lost with it. The reaper
     * ends this reading.
     */
    private void takeTheRest() {
      enter(Phase.ANSWERED);
      byte[] buffer = new byte[8192];
      while (input.read(buffer, 0, buffer.length) >= 0) {
        // The bytes are dropped.
      }
    }

    private void closeSocket() {
      try {
        context.serverSocket().close();
      } catch (RuntimeException e) {
        // The socket is closed already.
      }
    }

    @Override
    public void handle(Limit limit) {
      if (!places.tryAcquire()) {
        try {
          refuse();
        } finally {
          open.remove(this);
          closeSocket();
        }
        return;
      }
      enter(Phase.IDLE);
      open.add(this);
      try {
        while (serveNext()) {
          enter(Phase.IDLE);
        }
      } catch (ClientGoneException e) {
        // The client disconnected.
      } finally {
        places.release();
        open.remove(this);
        // A thread that reads ahead ends with the socket.
        closeSocket();
      }
    }

    /** Answers a request and returns whether another may follow. */
    private boolean serveNext() {
      try {
        Optional<Head> head = Head.read(input, limits.headerBytes(), () -> enter(Phase.RECEIVING));
        return head.isPresent() && serve(head.get());
      } catch (RequestException e) {
        malformed.increment();
        answer(Reply.error(e.status(), e.getMessage()), false, "close");
        takeTheRest();
        return false;
      }
    }

    private boolean serve(Head head) {
      boolean waits = head.expectsContinue();
      enter(Phase.WORKING);
      Body body = new Body(input, head.framing(), () -> write(CONTINUE), waits, limits);
      boolean stays;
      try (Exchange exchange = new Exchange(head, body, this, limits, memory)) {
        int status = CLIENT_GONE;
        try {
          Reply reply = service.answer(exchange);
          // Unread bytes of a body are never taken for a request: the connection ends instead.
          stays = head.persists() && body.canBePassed() && !closing;
          String connection = !stays ? "close" : head.minor() == 0 ? "keep-alive" : "";
          answer(reply, head.method().equals("HEAD"), connection);
          status = reply.status();
        } finally {
          service.over(exchange, status);
        }
      }
      enter(Phase.ANSWERED);
      if (body.canBePassed()) {
        body.pass();
      }
      if (!stays && (!body.isFinished() || input.isBuffered())) {
        takeTheRest();
      }
      return stays;
    }

    @Override
    public Duration idleTime() {
      return Duration.ZERO; // The reaper bounds the idle time.
    }

    @Override
    public void close(boolean interrupt) {
      closing = true;
      if (interrupt || phase == Phase.IDLE) {
        closeSocket();
      }
    }

    @Override
    public boolean canInterrupt() {
      return phase == Phase.IDLE;
    }
  }
}
