package org.resnext4j.models;

/**
 * The three equivalent forms of the aggregated block (Fig. 3 of the paper). All compute the same
 * function; {@link BlockForms} maps the weights of one onto another.
 */
public enum BlockForm {
  /** (a): C paths 1×1 → 3×3 → 1×1, their outputs summed. */
  SUMMED,
  /** (b): C paths 1×1 → 3×3, their outputs concatenated, then one 1×1. */
  CONCATENATED,
  /** (c): one 1×1, a 3×3 convolution over C groups, one 1×1. The form in use everywhere. */
  GROUPED
}
