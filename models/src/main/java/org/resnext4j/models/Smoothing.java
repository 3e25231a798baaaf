package org.resnext4j.models;

/** How a map is smoothed where the network halves it, against aliasing. */
public enum Smoothing {
  /** The strided convolution alone. */
  NONE,
  /** A convolution of stride 1, then the mean of 2×2 pixels ({@code resnetaa}). */
  AVERAGE,
  /** A convolution of stride 1, then a binomial filter of stride 2 ({@code resnetblur}). */
  BLUR
}
