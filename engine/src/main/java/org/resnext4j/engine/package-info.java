/**
 * The interface between networks and backends. A {@link org.resnext4j.engine.Backend} compiles a
 * {@link org.resnext4j.engine.graph.Graph} and its weights to an {@link
 * org.resnext4j.engine.InferenceModel} or a {@link org.resnext4j.engine.TrainingModel}. All code
 * outside the engine uses these types and names no class of a backend.
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
