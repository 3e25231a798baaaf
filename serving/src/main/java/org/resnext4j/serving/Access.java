package org.resnext4j.serving;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.resnext4j.serving.http.Exchange;
import org.resnext4j.serving.http.Reply;
import org.resnext4j.serving.http.RequestException;
import org.resnext4j.serving.http.Routes.Route;

/**
 * Decides which requests are allowed. If there is a token, a request needs it. Without a token on
 * loopback, a request must name a local host. A request from a web site needs an origin that the
 * options list (CORS).
 */
final class Access {

  private static final Pattern PORT = Pattern.compile(":\\d*$");
  private static final Pattern LOCAL =
      Pattern.compile("localhost\\.?|.*\\.localhost\\.?|127(\\.\\d{1,3}){3}|\\[[0:]*:0{0,3}1]");

  private final Optional<String> token;
  private final Set<String> origins;
  private final boolean localOnly;

  Access(ServerOptions options) {
    this.token = options.token();
    this.origins = options.origins();
    this.localOnly = token.isEmpty() && isLoopback(options.host());
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "the service should listen on an address or a name of this machine, found '%s'"
              .formatted(host),
          e);
    }
  }

  /**
   * Checks a request.
   *
   * @param route the route of the request, if there is one
   * @throws RequestException with status 401 or 403
   */
  void admit(Optional<Route> route, Exchange exchange) {
    // A browser always names the host; programs of HTTP/1.0 need not.
    if (localOnly && !isLocalName(exchange.header("Host").orElse("localhost"))) {
      // The name of another web site may point here (DNS rebinding).
      throw new RequestException(403, "this service answers to local names only");
    }
    String site = exchange.header("Sec-Fetch-Site").orElse("none");
    boolean own = site.equals("same-origin") || site.equals("none");
    if (exchange.method().equals("POST") && !own && sharedWith(exchange).isEmpty()) {
      throw new RequestException(403, "requests from other web sites are refused");
    }
    if (route.isPresent() && route.get().guarded() && token.isPresent() && !isKnown(exchange)) {
      throw new RequestException(401, "a bearer token is needed");
    }
  }

  private boolean isKnown(Exchange exchange) {
    byte[] expected = ("Bearer " + token.orElseThrow()).getBytes(StandardCharsets.UTF_8);
    byte[] found = exchange.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(expected, found);
  }

  private static boolean isLocalName(String host) {
    String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    return LOCAL.matcher(name).matches();
  }

  /** The origin of the request, if the options list it. */
  private Optional<String> sharedWith(Exchange exchange) {
    return exchange
        .header("Origin")
        .filter(origin -> origins.contains(origin) || origins.contains("*"));
  }

  /** The reply with the headers that let the listed web sites read it. */
  Reply share(Exchange exchange, Reply reply) {
    Reply shared = reply.status() == 401 ? reply.with("WWW-Authenticate", "Bearer") : reply;
    if (origins.isEmpty()) {
      return shared;
    }
    shared = shared.with("Vary", "Origin");
    Optional<String> origin = sharedWith(exchange);
    if (origin.isEmpty()) {
      return shared;
    }
    shared =
        shared
            .with("Access-Control-Allow-Origin", origins.contains("*") ? "*" : origin.get())
            .with(
                "Access-Control-Expose-Headers",
                "Inference-Header-Content-Length, Retry-After, ETag");
    boolean asksFirst =
        exchange.method().equals("OPTIONS")
            && exchange.header("Access-Control-Request-Method").isPresent();
    return asksFirst
        ? shared
            .with("Access-Control-Allow-Methods", "GET, HEAD, POST")
            .with(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Content-Encoding, Inference-Header-Content-Length,"
                    + " X-Request-Timeout-Ms")
            .with("Access-Control-Max-Age", "600")
        : shared;
  }
}
