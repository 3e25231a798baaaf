package org.resnext4j.models;

/** The low-pass filter against aliasing where the network halves a feature map (Zhang 2019). */
public enum Smoothing {
  /** No filter: the convolution has the stride. */
  NONE,
  /** A convolution of stride 1, then a 2×2 average pool ({@code resnetaa}). */
  AVERAGE,
  /** A convolution of stride 1, then a binomial filter of stride 2 ({@code resnetblur}). */
  BLUR
}
