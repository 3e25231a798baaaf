package org.resnext4j.serving.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * Ends TLS handshakes that take too long, even if bytes keep arriving.
 *
 * <p>Helidon completes the handshake before it passes a connection on. This class therefore records
 * sockets when they are created: in the factory of the {@link SSLContext}.
 */
final class Handshakes {

  /** Sockets with a running handshake, and the time of its start ({@link System#nanoTime}). */
  private final Map<Socket, Long> running = new ConcurrentHashMap<>();

  /** Returns the context with a factory that records each socket until its handshake is done. */
  SSLContext note(SSLContext context) {
    return new SSLContext(
        new NotingContext(context), context.getProvider(), context.getProtocol()) {};
  }

  /** Closes the sockets whose handshake has taken longer than the limit. */
  void end(Duration limit) {
    long now = System.nanoTime();
    running.forEach((socket, since) -> {
      if (now - since > limit.toNanos()) {
        try {
          socket.close();
        } catch (IOException e) {
          // The socket is closed already.
        }
      }
      if (socket.isClosed()) {
        running.remove(socket);
      }
    });
  }

  private final class NotingContext extends SSLContextSpi {

    private final SSLContext context;

    NotingContext(SSLContext context) {
      this.context = context;
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new NotingFactory(context.getSocketFactory());
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
      throw new UnsupportedOperationException("the context is initialised already");
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return context.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return context.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return context.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return context.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return context.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return context.getSupportedSSLParameters();
    }
  }

  private final class NotingFactory extends SSLSocketFactory {

    private final SSLSocketFactory factory;

    NotingFactory(SSLSocketFactory factory) {
      this.factory = factory;
    }

    @Override
    public Socket createSocket(Socket accepted, InputStream consumed, boolean autoClose)
        throws IOException {
      SSLSocket encrypted = (SSLSocket) factory.createSocket(accepted, consumed, autoClose);
      running.put(accepted, System.nanoTime());
      encrypted.addHandshakeCompletedListener(_ -> running.remove(accepted));
      return encrypted;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return factory.getSupportedCipherSuites();
    }

    // These methods create client sockets. A server has none.

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return factory.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
        throws IOException {
      return factory.createSocket(host, port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
        throws IOException {
      return factory.createSocket(host, port, local, localPort);
    }
  }
}
