/**
 * Forward and backward passes on the processor. Only outputs of convolutions, additions and pooling
 * are stored; batch norm, ReLU and their gradients are computed by the steps that read them.
 */
package org.resnext4j.engine.cpu.training;
