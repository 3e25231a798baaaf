/**
 * Common corruptions of pictures, to measure how far a classifier's accuracy falls: Hendrycks and
 * Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations"
 * (ICLR 2019), with the strengths of ImageNet-C for large pictures and of CIFAR-10-C for small
 * ones.
 *
 * {@snippet :
 * Image foggy = Corruption.of("fog").apply(image, 3, new Random(7)); // severity 3 of 5
 * }
 */
package org.resnext4j.vision.corrupt;
