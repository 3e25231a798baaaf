/**
 * Commands about published results: evaluate and board.
 *
 * {@snippet lang=shell :
 * resnext evaluate cifar10 --data cifar-10-batches-bin/ --record
 * }
 */
package org.resnext4j.cli.evaluation;
