package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Selects proxies: those of Java's system properties such as {@code https.proxyHost}, or those of
 * the environment variables {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code
 * NO_PROXY} in upper or lower case.
 */
final class Proxies extends ProxySelector {

  private final Map<String, String> environment;

  private Proxies(Map<String, String> environment) {
    this.environment = environment;
  }

  /** A selector for an environment. */
  static ProxySelector of(Map<String, String> environment) {
    boolean properties =
        Stream.of("http.proxyHost", "https.proxyHost", "socksProxyHost")
            .anyMatch(name -> System.getProperty(name) != null);
    ProxySelector standard = ProxySelector.getDefault();
    return properties && standard != null ? standard : new Proxies(environment);
  }

  /** Authenticates to a proxy by {@code user:password@} in its address. */
  static Authenticator authenticator(Map<String, String> environment) {
    Proxies proxies = new Proxies(environment);
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        if (getRequestorType() != RequestorType.PROXY) {
          return null; // The interface uses null for no password.
        }
        return Stream.of("https", "http")
            .flatMap(scheme -> proxies.address(scheme).stream())
            .filter(address -> address.getUserInfo() != null)
            .findFirst()
            .map(address -> address.getUserInfo().split(":", 2))
            .filter(parts -> parts.length == 2)
            .map(parts -> new PasswordAuthentication(parts[0], parts[1].toCharArray()))
            .orElse(null);
      }
    };
  }

  @Override
  public List<Proxy> select(URI uri) {
    if (uri.getHost() == null || excluded(uri.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    return address(uri.getScheme())
        .map(proxy ->
            new InetSocketAddress(
                proxy.getHost(), proxy.getPort() < 0 ? standardPort(proxy) : proxy.getPort()))
        .map(socket -> List.of(new Proxy(Proxy.Type.HTTP, socket)))
        .orElse(List.of(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // The request fails with the same exception.
  }

  private Optional<URI> address(String scheme) {
    return variable(scheme + "_proxy")
        .or(() -> variable("all_proxy"))
        .map(value -> URI.create(value.contains("://") ? value : "http://" + value))
        .filter(proxy -> proxy.getHost() != null);
  }

  private boolean excluded(String host) {
    String lowered = host.toLowerCase(Locale.ROOT);
    return variable("no_proxy").stream()
        .flatMap(value -> Stream.of(value.split(",")))
        .map(entry -> entry.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
        .filter(entry -> !entry.isEmpty())
        .anyMatch(
            entry -> entry.equals("*") || lowered.equals(entry) || lowered.endsWith("." + entry));
  }

  private Optional<String> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(environment::get)
        .filter(value -> value != null && !value.isBlank())
        .findFirst();
  }

  private static int standardPort(URI proxy) {
    return "https".equals(proxy.getScheme()) ? 443 : 80;
  }
}
