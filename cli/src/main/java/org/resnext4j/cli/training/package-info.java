/**
 * Commands that train: train and sweep.
 *
 * {@snippet lang=shell :
 * resnext train --data cifar10/ --recipe paper-cifar --out runs/cifar
 * }
 */
package org.resnext4j.cli.training;
