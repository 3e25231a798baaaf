/**
 * Reads and writes the safetensors format. This package depends on {@code weights.storage} alone.
 *
 * {@snippet :
 * Contents contents = Safetensors.read(file, mapped);
 * for (StoredTensor tensor : contents.tensors()) {
 *   System.out.println(tensor.info());
 * }
 * }
 */
package org.resnext4j.models.weights.safetensors;
