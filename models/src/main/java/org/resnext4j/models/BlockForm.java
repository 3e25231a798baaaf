package org.resnext4j.models;

/**
 * The three equivalent forms of the aggregated block (Fig. 3 of the paper). All three compute the
 * same function. {@link BlockForms} converts the weights of one form to another.
 */
public enum BlockForm {
  /** Form (a): C paths of 1×1, 3×3 and 1×1 convolutions. The block sums the paths' outputs. */
  SUMMED,
  /**
   * Form (b): C paths of 1×1 and 3×3 convolutions. The block concatenates the paths' outputs and
   * applies one 1×1 convolution.
   */
  CONCATENATED,
  /**
   * Form (c), the usual one: a 1×1 convolution, a 3×3 convolution of C groups and a 1×1
   * convolution.
   */
  GROUPED
}
