package org.resnext4j.serving.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;

/**
 * Bounds every connection in time, and notices when a client goes away.
 *
 * <p>Wraps Helidon's HTTP/1.1 connections. A connection is always in one {@link Phase}, each with a
 * limit, however the bytes trickle: a sender of one byte a second is cut off like a silent one.
 *
 * <p>While a handler waits for its answer nobody reads the socket, so a closed one would go
 * unnoticed; {@link Connection#watch} reads ahead meanwhile, and what it read (a pipelined request)
 * is handed to the parser later.
 */
public final class Connections implements ServerConnectionSelector, AutoCloseable {

  /** The connection whose request the current thread handles. */
  public static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

  /** Connections beyond the bound that may be told so at once; yet further ones wait. */
  public static final int REFUSING = 64;

  private static final Duration REFUSAL = Duration.ofSeconds(1);

  /** What a connection is doing. */
  public enum Phase {
    /** Between requests, or receiving a request's head. */
    IDLE,
    /** Receiving a request's body. */
    RECEIVING,
    /** Working on a request; its deadline bounds this. */
    WORKING,
    /** Sending the answer. */
    SENDING,
    /** Told that it, or what it sends, is too much; its client has a moment to read that. */
    REFUSED
  }

  private final Http1ConnectionSelector http;
  private final Limits limits;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Handshakes handshakes = new Handshakes();
  private final Semaphore places;
  private final LongAdder refused = new LongAdder();
  private final ScheduledExecutorService reaper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("connection-reaper").daemon().factory());

  public Connections(Http1ConnectionSelector http, Limits limits) {
    this.http = http;
    this.limits = limits;
    this.places = new Semaphore(limits.connections());
    long period =
        Math.clamp(Math.min(limits.idle().toMillis(), limits.receive().toMillis()) / 4, 10, 1000);
    var _ = reaper.scheduleWithFixedDelay(this::reap, period, period, TimeUnit.MILLISECONDS);
  }

  /** Number of connections open now. */
  public int count() {
    return open.size();
  }

  /** Number of connections that were one too many. */
  public long refused() {
    return refused.sum();
  }

  /** The same context, with the time of handshakes bounded like that of requests. */
  public SSLContext bounded(SSLContext context) {
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
            // Twice, because the handler keeps the deadline itself; this is for one that hangs.
            case WORKING -> limits.deadline().multipliedBy(2);
            case REFUSED -> REFUSAL;
          };
      if (now - connection.since > limit.toNanos()) {
        connection.cut();
      }
    }
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Connection(context);
  }

  @Override
  public void close() {
    reaper.shutdownNow();
  }

  /** One client's connection; everything but {@link #cut} is called by its own thread. */
  public final class Connection implements ServerConnection, InterruptableTask<Void> {

    private final ConnectionContext context;
    private final ServerConnection http1;
    private boolean bodyRefused;
    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private volatile Optional<CompletableFuture<Optional<byte[]>>> readAhead = Optional.empty();

    private Connection(ConnectionContext context) {
      this.context = context;
      this.http1 = http.connection(new Reading(context, DataReader.create(this::read)));
    }

    /** Says that the request's body is left unread and the connection ends with the answer. */
    public void refuseBody() {
      bodyRefused = true;
    }

    /** Enters a phase. */
    public void enter(Phase next) {
      since = System.nanoTime();
      phase = next;
    }

    /** The client's address. */
    public String client() {
      return context.remotePeer().host();
    }

    /** Runs something if the client goes away from now on, at most once. */
    public void watch(Runnable gone) {
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
                  read = Optional.ofNullable(context.serverSocket().get());
                } catch (RuntimeException e) {
                  // The connection broke: the same as its end.
                }
                bytes.complete(read);
                if (read.isEmpty()) {
                  gone.run();
                }
              });
    }

    @SuppressWarnings("NullAway") // Null is what Helidon's reader takes for the end.
    private byte[] read() {
      Optional<CompletableFuture<Optional<byte[]>>> ahead = readAhead;
      try {
        if (ahead.isEmpty()) {
          return context.serverSocket().get();
        }
        byte[] bytes = ahead.get().get().orElse(null);
        readAhead = Optional.empty();
        return bytes;
      } catch (UncheckedIOException e) {
        throw new ServerConnectionException("cannot read from the connection", e);
      } catch (ExecutionException e) {
        throw new CloseConnectionException("cannot read from the connection", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CloseConnectionException("the server stops", e);
      }
    }

    /** Ends a connection that took too long, telling the client if its request had begun. */
    private void cut() {
      open.remove(this);
      try {
        if (phase == Phase.RECEIVING) {
          say("408 Request Timeout", "the request was not received in time");
        }
      } catch (RuntimeException e) {
        // It may be gone already.
      } finally {
        closeSocket();
      }
    }

    /** Writes an error, past Helidon, as the last thing on this connection. */
    private void say(String status, String error) {
      String body = "{\"error\":\"%s\"}".formatted(error);
      context
          .serverSocket()
          .write(
              BufferData.create(
                  "HTTP/1.1 %s\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                      .formatted(status, Reply.JSON_TYPE, body.length(), body)));
    }

    /** Says that there are too many connections, and waits a moment for that to be read. */
    private void refuse() {
      refused.increment();
      enter(Phase.REFUSED);
      open.add(this);
      try {
        say("503 Service Unavailable", "there are too many connections");
        takeTheRest();
      } catch (UncheckedIOException e) {
        // The client is gone.
      } finally {
        open.remove(this);
        closeSocket();
      }
    }

    /**
     * Takes what the client still sends: a connection closed with unread bytes is reset, and the
     * answer may be lost with it. The reaper ends this.
     */
    private void takeTheRest() {
      enter(Phase.REFUSED);
      try {
        Optional<byte[]> sent;
        do {
          sent = Optional.ofNullable(context.serverSocket().get());
        } while (sent.isPresent());
      } catch (UncheckedIOException e) {
        // The client is gone, or its moment is over.
      }
    }

    private void closeSocket() {
      try {
        context.serverSocket().close();
      } catch (RuntimeException e) {
        // Closed already.
      }
    }

    @Override
    public void handle(Limit limit) {
      if (!places.tryAcquire()) {
        refuse();
        return;
      }
      enter(Phase.IDLE);
      open.add(this);
      try {
        ScopedValue.where(CURRENT, this)
            .call(() -> {
              http1.handle(limit);
              return true;
            });
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        if (bodyRefused) {
          takeTheRest();
        }
        places.release();
        open.remove(this);
        // A thread that reads ahead ends with the socket.
        closeSocket();
      }
    }

    @Override
    public Duration idleTime() {
      return Duration.ZERO; // The reaper above knows better.
    }

    @Override
    public void close(boolean interrupt) {
      http1.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
      return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }
  }

  /** A context whose bytes come from elsewhere. */
  private record Reading(ConnectionContext context, DataReader dataReader)
      implements ConnectionContext {

    @Override
    public ListenerContext listenerContext() {
      return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return context.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return context.dataWriter();
    }

    @Override
    public Router router() {
      return context.router();
    }

    @Override
    public HelidonSocket serverSocket() {
      return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return context.localPeer();
    }

    @Override
    public boolean isSecure() {
      return context.isSecure();
    }

    @Override
    public String socketId() {
      return context.socketId();
    }

    @Override
    public String childSocketId() {
      return context.childSocketId();
    }
  }
}
