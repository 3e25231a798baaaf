package org.resnext4j.serving.http;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The table of endpoints by method and path.
 *
 * <p>A path is split at its slashes before its segments are decoded, so an encoded slash ({@code
 * %2F}) does not separate segments. A trailing slash is ignored.
 */
public final class Routes {

  /** Answers requests. */
  @FunctionalInterface
  public interface Endpoint {
    /** The answer to a request that the route matched. */
    Reply answer(Exchange exchange) throws InterruptedException;
  }

  /**
   * An endpoint with its method and path.
   *
   * @param method {@code GET}, which answers {@code HEAD} too, or {@code POST}
   * @param pattern such as {@code /v2/models/{model}}
   * @param guarded whether requests need the token, if the service has one
   * @param endpoint the endpoint
   */
  public record Route(String method, String pattern, boolean guarded, Endpoint endpoint) {

    private boolean answers(String asked) {
      return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
    }
  }

  /**
   * The result of a search by method and path.
   *
   * @param route the route of the path and method; empty if there is none
   * @param parameters the path's parts by the names of the pattern
   * @param allowed the methods of this path; empty if the path is unknown
   */
  public record Match(
      Optional<Route> route, Map<String, String> parameters, SortedSet<String> allowed) {}

  /** The match of an unknown path. */
  public static final Match NONE = new Match(Optional.empty(), Map.of(), new TreeSet<>());

  private final List<Route> routes;

  /** Creates a table. No two routes may have the same method and match the same path. */
  public Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /** Methods and patterns of all routes, such as {@code GET /v2}. */
  public List<String> names() {
    return routes.stream().map(route -> route.method() + " " + route.pattern()).toList();
  }

  /**
   * Finds the endpoint.
   *
   * @param method of a request
   * @param path of its target, still encoded
   * @throws RequestException with status 400 if the encoding of the path is malformed
   */
  public Match find(String method, String path) {
    List<String> segments = segments(path).stream().map(s -> Head.decode(s, false)).toList();
    Optional<Route> found = Optional.empty();
    Map<String, String> parameters = Map.of();
    SortedSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> match = match(segments(route.pattern()), segments);
      if (match.isPresent()) {
        allowed.addAll(
            route.method().equals("GET") ? List.of("GET", "HEAD") : List.of(route.method()));
        allowed.add("OPTIONS");
        if (route.answers(method)) {
          found = Optional.of(route);
          parameters = match.get();
        }
      }
    }
    return new Match(found, parameters, allowed);
  }

  private static List<String> segments(String path) {
    String inner = path.substring(1);
    return Arrays.asList(
        (inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner).split("/", -1));
  }

  private static Optional<Map<String, String>> match(List<String> pattern, List<String> segments) {
    if (pattern.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      String wanted = pattern.get(i);
      String found = segments.get(i);
      if (wanted.startsWith("{") && !found.isEmpty()) {
        parameters.put(wanted.substring(1, wanted.length() - 1), found);
      } else if (!wanted.equals(found)) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
