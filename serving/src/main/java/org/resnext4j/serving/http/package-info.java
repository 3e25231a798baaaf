/**
 * An HTTP/1.1 and HTTP/1.0 server for clients that may send anything.
 *
 * <p>{@link org.resnext4j.serving.http.HttpServer} listens, and a {@link
 * org.resnext4j.serving.http.Service} answers. A request passes through these classes in order:
 *
 * <ol>
 *   <li>{@code Connections} bounds the number and the time of connections and notices clients that
 *       disconnect.
 *   <li>{@code Head} reads the request line and the headers. It refuses every ambiguous message.
 *   <li>{@link org.resnext4j.serving.http.Exchange} is the request; its {@code Body} is received
 *       within bounds of size, time and memory.
 *   <li>{@link org.resnext4j.serving.http.Routes} finds the endpoint.
 *   <li>The endpoint returns a {@link org.resnext4j.serving.http.Reply} or throws a {@link
 *       org.resnext4j.serving.http.RequestException}.
 * </ol>
 *
 * <p>The server passes over the unread rest of a body or closes the connection, so no byte of a
 * body is ever read as a request. This package knows nothing of models or pictures.
 *
 * {@snippet :
 * Routes routes =
 *     new Routes(
 *         List.of(
 *             new Routes.Route(
 *                 "GET", "/greet/{name}", false, call -> Reply.json(Map.of("hello", call.path("name"))))));
 * Routes.Match match = routes.find("GET", "/greet/world");
 * }
 */
package org.resnext4j.serving.http;
