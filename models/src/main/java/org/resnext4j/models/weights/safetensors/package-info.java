/**
 * The safetensors format, read and written. Depends on {@code weights.storage} alone.
 *
 * {@snippet :
 * Contents contents = Safetensors.read(file, mapped);
 * for (StoredTensor tensor : contents.tensors()) {
 *   System.out.println(tensor.info());
 * }
 * }
 */
package org.resnext4j.models.weights.safetensors;
