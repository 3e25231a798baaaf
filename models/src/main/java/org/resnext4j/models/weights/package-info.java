/**
 * Reads and writes weight files and models with their labels and preprocessing. The package reads
 * safetensors, PyTorch's zip and legacy formats, and Torch7; it writes safetensors.
 *
 * <p>The readers treat every file as hostile. They never run any content of a file. They check
 * every size and offset against the file's true size before they allocate memory. A {@link
 * org.resnext4j.models.weights.storage.WeightFileException} names the fault in one sentence.
 *
 * <p>This package depends on its sub-packages. {@code safetensors}, {@code pytorch} and {@code
 * torch7} read one format each. {@code naming} finds the network among the tensors. All of them
 * depend on {@code storage} alone.
 *
 * {@snippet :
 * ModelFile model = ModelFile.load(Path.of("resnext50_32x4d.pth"));
 * ModelFile.save(Path.of("resnext50_32x4d.safetensors"), model, ElementType.F16);
 * }
 */
package org.resnext4j.models.weights;
