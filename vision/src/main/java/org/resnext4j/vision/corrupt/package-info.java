/**
 * Common corruptions of pictures, to measure how far a classifier's accuracy falls: Hendrycks and
 * Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations"
 * (ICLR 2019), with the strengths of ImageNet-C for large pictures and of CIFAR-10-C for small
 * ones.
 */
package org.resnext4j.vision.corrupt;
