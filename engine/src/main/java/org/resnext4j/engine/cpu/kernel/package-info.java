/**
 * The arithmetic of the processor: matrix products, grouped convolutions, Winograd's transforms and
 * passes over channels.
 *
 * <p>{@link org.resnext4j.engine.cpu.kernel.Kernels} hides two implementations of inference's
 * kernels: {@code VectorKernels} uses the Vector API at the machine's preferred width, {@code
 * ScalarKernels} says the same in plain loops and runs where the incubator module is absent. Both
 * read the same packed weights, so tests hold one against the other.
 *
 * <p>{@link org.resnext4j.engine.cpu.kernel.MatrixProduct} describes {@code C[m, n] = Σₖ A[m, k] ·
 * B[k, n] + bias[n]}, optionally {@code + R[m, n]} and ReLU. Tables of offsets say where the rows
 * of A, C and R lie, so one kernel serves dense matrices, strided pixels and convolutions (whose k
 * runs over several segments, one for each tap or row of taps).
 */
package org.resnext4j.engine.cpu.kernel;
