/**
 * Graphs run by plain loops in float64, each operation by its definition. Slow and obviously right:
 * the tests hold every kernel to it.
 *
 * {@snippet :
 * ReferenceExecutor executor = new ReferenceExecutor(graph, weights);
 * Activation logits = executor.run(Activation.of(shape, pixels));
 * double first = logits.at(0, 0, 0, 0);
 * }
 */
package org.resnext4j.engine.reference;
