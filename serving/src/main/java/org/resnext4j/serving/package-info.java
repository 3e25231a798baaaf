/**
 * A classification service: the Open Inference Protocol v2 over HTTP, requests run together in
 * batches, several models side by side, and a page for people.
 *
 * <p>{@link org.resnext4j.serving.InferenceServer} is the way in. A picture's way through it:
 * connection ({@code Connections}, bounded in number and in time) → limits and access ({@code
 * Gate}) → codec ({@code OpenInference}, {@code Pictures}) → {@link
 * org.resnext4j.serving.ModelRepository} → {@link org.resnext4j.serving.Batcher} → {@link
 * org.resnext4j.serving.Network}, and back.
 */
package org.resnext4j.serving;
