/**
 * The reference backend. It computes each operation by its definition, with plain loops in float64.
 * It is slow, and the tests compare every other backend and every kernel with it.
 *
 * {@snippet :
 * ReferenceExecutor executor = new ReferenceExecutor(graph, weights);
 * Activation logits = executor.run(Activation.of(shape, pixels));
 * double first = logits.at(0, 0, 0, 0);
 * }
 */
package org.resnext4j.engine.reference;
