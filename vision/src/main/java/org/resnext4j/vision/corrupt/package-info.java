/**
 * Common corruptions of pictures, which measure the loss of a classifier's accuracy: Hendrycks and
 * Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations"
 * (ICLR 2019). The strengths are those of ImageNet-C for large pictures and those of CIFAR-10-C for
 * small pictures.
 *
 * {@snippet :
 * Image foggy = Corruption.of("fog").apply(image, 3, new Random(7)); // severity 3 of 5
 * }
 */
package org.resnext4j.vision.corrupt;
