/**
 * The seam between networks and the machines that compute them. {@link
 * org.resnext4j.engine.Backend} compiles a {@link org.resnext4j.engine.graph.Graph} with its
 * weights into an {@link org.resnext4j.engine.InferenceModel}; everyone above the engine uses these
 * types and names no class of a backend.
 *
 * {@snippet :
 * try (Backend backend = Backend.cpu(2);
 *     InferenceModel model = backend.compile(graph, weights)) {
 *   InferencePlan plan = model.plan(new Shape(1, 224, 224, 3));
 *   plan.run(picture);
 *   plan.read("fc", logits);
 * }
 * }
 */
package org.resnext4j.engine;
