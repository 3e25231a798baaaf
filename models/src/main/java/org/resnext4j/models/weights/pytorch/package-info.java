/**
 * What {@code torch.save} writes, read without running anything: zip archives, legacy files, and
 * plain pickles of NumPy arrays.
 */
package org.resnext4j.models.weights.pytorch;
