/**
 * Float32 values with a shape, and the values of all parameters of a graph.
 *
 * {@snippet :
 * Tensor bias = Tensor.of(0.5f, -0.5f);
 * Tensor filters = Tensor.zeros(List.of(64, 3, 7, 7)); // [out, in, height, width]
 * Weights checked = Weights.of(graph, Map.of("conv1.weight", filters, "conv1.bias", bias));
 * }
 */
package org.resnext4j.engine.tensor;
