/**
 * Float32 tensors: a single {@link org.resnext4j.engine.tensor.Tensor}, the {@link
 * org.resnext4j.engine.tensor.Weights} of a graph, and {@link
 * org.resnext4j.engine.tensor.FlatTensors}, which hold the values of a training in contiguous
 * arrays.
 *
 * {@snippet :
 * Tensor bias = Tensor.of(0.5f, -0.5f);
 * Tensor filters = Tensor.zeros(List.of(64, 3, 7, 7)); // [out, in, height, width]
 * Weights checked = Weights.of(graph, Map.of("conv1.weight", filters, "conv1.bias", bias));
 * }
 */
package org.resnext4j.engine.tensor;
