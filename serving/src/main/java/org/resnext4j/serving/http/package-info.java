/**
 * HTTP/1.1 for a service that anybody may send anything to.
 *
 * <p>{@link org.resnext4j.serving.http.Connections} bounds every connection in number and time and
 * notices clients that leave; {@link org.resnext4j.serving.http.Exchange} is one request, whose
 * body is received within bounds of size, time and memory; {@link org.resnext4j.serving.http.Reply}
 * is its answer, {@link org.resnext4j.serving.http.RequestException} the error instead of one.
 *
 * <p>Nothing here knows of models or pictures.
 */
package org.resnext4j.serving.http;
