/**
 * HTTP/1.1 and HTTP/1.0 for a service that anybody may send anything to.
 *
 * <p>{@link org.resnext4j.serving.http.HttpServer} listens; a {@link
 * org.resnext4j.serving.http.Service} answers. A request's way: {@code Connections} (bounded in
 * number and time; notices clients that leave) → {@code Head} (read strictly, so that nobody can
 * mean two things) → {@link org.resnext4j.serving.http.Exchange}, whose {@code Body} is received
 * within bounds of size, time and memory → {@link org.resnext4j.serving.http.Routes} → {@link
 * org.resnext4j.serving.http.Reply}, or a {@link org.resnext4j.serving.http.RequestException}
 * instead. Bytes of a body that nobody read are passed over, or the connection ends; they are never
 * taken for a request.
 *
 * <p>Nothing here knows of models or pictures.
 */
package org.resnext4j.serving.http;
