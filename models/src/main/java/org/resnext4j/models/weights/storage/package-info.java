/**
 * The types that all weight formats share: element types, tensors as views of mapped bytes, errors,
 * and limited readers of bytes and of JSON. This package depends on no other package of weights.
 *
 * {@snippet :
 * Storage storage = Storage.of(mapped); // The float32 numbers 1, 2, 3, 4.
 * long[] shape = {2, 2};
 * long[] strides = {1, 2}; // The transpose of a row-major matrix.
 * StoredTensor tensor = StoredTensor.of(file, "w", ElementType.F32, shape, storage, 0, strides);
 * float[] values = new float[4];
 * tensor.read(0, values); // 1, 3, 2, 4
 * }
 */
package org.resnext4j.models.weights.storage;
