/**
 * Weight files, read and written: safetensors, PyTorch (zip and legacy), Torch7; and models with
 * all that is needed to use them.
 *
 * <p>Files are taken to be hostile. Nothing in them is ever run; every size and offset is checked
 * against the file's true size before memory is taken; what is wrong is said in one sentence by a
 * {@link org.resnext4j.models.weights.WeightFileException}.
 *
 * {@snippet :
 * ModelFile model = ModelFile.load(Path.of("resnext50_32x4d.pth"));
 * ModelFile.save(Path.of("resnext50_32x4d.safetensors"), model, ElementType.F16);
 * }
 */
package org.resnext4j.models.weights;
