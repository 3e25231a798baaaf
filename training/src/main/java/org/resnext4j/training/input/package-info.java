/**
 * Prepares batches of pictures ahead of the network: order, augmentation, mixing, chance from one
 * seed.
 */
package org.resnext4j.training.input;
