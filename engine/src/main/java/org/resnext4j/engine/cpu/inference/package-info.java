/**
 * Forward passes on the processor: batch norms are folded, additions and ReLUs fused into the
 * convolutions before them, weights packed for the kernels, and memory is planned for one shape.
 */
package org.resnext4j.engine.cpu.inference;
