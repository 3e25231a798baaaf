/**
 * A classification service: the Open Inference Protocol v2 over HTTP, requests that run together in
 * batches, several models at once, and a web page for people.
 *
 * <p>{@link org.resnext4j.serving.InferenceServer} is the main class. A request for a picture
 * passes through {@link org.resnext4j.serving.http} (connections, requests and answers, with their
 * bounds), {@link org.resnext4j.serving.protocol} (tensors), {@link
 * org.resnext4j.serving.ModelRepository} (choice of the model) and {@link
 * org.resnext4j.serving.batch} (the queue and the network). The answer returns the same way. {@link
 * org.resnext4j.serving.page} holds the web page. None of these packages depends on this one.
 *
 * {@snippet :
 * InferenceServer server = InferenceServer.start(ServerOptions.defaults(), source, List::of);
 * server.repository().add(ServedModel.of("mine", "1", Classifier.load(file)));
 * server.becomeReady();
 * }
 */
package org.resnext4j.serving;
