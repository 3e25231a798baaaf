/**
 * Weight files, read and written: safetensors, PyTorch (zip and legacy), Torch7; and models with
 * their labels and preprocessing.
 *
 * <p>Every file is treated as hostile. Nothing in a file is ever run. Every size and offset is
 * checked against the file's true size before memory is taken. A {@link
 * org.resnext4j.models.weights.storage.WeightFileException} names the fault in one sentence.
 *
 * <p>This package depends on its sub-packages: {@code safetensors}, {@code pytorch} and {@code
 * torch7} read one format each, {@code naming} finds the network among the tensors, and all of them
 * depend on {@code storage} alone.
 *
 * {@snippet :
 * ModelFile model = ModelFile.load(Path.of("resnext50_32x4d.pth"));
 * ModelFile.save(Path.of("resnext50_32x4d.safetensors"), model, ElementType.F16);
 * }
 */
package org.resnext4j.models.weights;
