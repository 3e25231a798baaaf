/**
 * A classification service: the Open Inference Protocol v2 over HTTP, requests that run together in
 * batches, several models side by side, and a page for people.
 *
 * <p>{@link org.resnext4j.serving.InferenceServer} is the way in. A picture passes through {@link
 * org.resnext4j.serving.http} (connections, requests and answers, with their bounds), {@link
 * org.resnext4j.serving.protocol} (tensors), {@link org.resnext4j.serving.ModelRepository} (which
 * model) and {@link org.resnext4j.serving.batch} (the queue and the network), and back. {@link
 * org.resnext4j.serving.page} holds what people see. None of these packages knows this one.
 *
 * {@snippet :
 * InferenceServer server = InferenceServer.start(ServerOptions.defaults(), source, List::of);
 * server.repository().add(ServedModel.of("mine", "1", Classifier.load(file)));
 * server.becomeReady();
 * }
 */
package org.resnext4j.serving;
