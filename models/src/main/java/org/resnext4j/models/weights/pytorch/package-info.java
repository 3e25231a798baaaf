/**
 * Reads PyTorch's files: pickles in zip archives, legacy files, and pickles of NumPy arrays. The
 * reader interprets a pickle without running any of its calls. This package depends on {@code
 * weights.storage} alone.
 *
 * {@snippet :
 * Contents contents = PyTorch.readZip(file, mapped);
 * System.out.println(contents.tensors().size() + " tensors, passed over: " + contents.skipped());
 * }
 */
package org.resnext4j.models.weights.pytorch;
