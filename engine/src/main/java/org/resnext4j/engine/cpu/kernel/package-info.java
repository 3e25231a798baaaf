/**
 * The arithmetic of the processor's backend: matrix products, grouped convolutions, Winograd's
 * transforms and passes over channels.
 *
 * <p>{@link org.resnext4j.engine.cpu.kernel.Kernels} has two implementations. {@code VectorKernels}
 * uses the Vector API with the machine's preferred vector width. {@code ScalarKernels} uses plain
 * loops and runs where vector code would be absent or slow. Both read the same packed weights, and
 * tests compare them. The kernels of training use the Vector API alone; tests compare them with the
 * float64 reference.
 *
 * <p>{@link org.resnext4j.engine.cpu.kernel.MatrixProduct} describes {@code C[m, n] = Σₖ A[m, k] ·
 * B[k, n] + bias[n]}, optionally with a residual {@code R[m, n]} and ReLU. Tables of offsets hold
 * the places of the rows of A, C and R. One kernel therefore serves dense matrices, strided pixels
 * and convolutions, whose index k runs over several segments.
 *
 * {@snippet :
 * Kernels kernels = Kernels.best();
 * int width = 2 * kernels.lanes(); // one panel
 * float[] packed = new float[64 * width]; // B, [64, width]
 * float[] bias = new float[width];
 * float[] result = new float[49 * width]; // C, [49, width]
 * MatrixProduct product =
 *     new MatrixProduct(
 *         Rows.strided(pixels, 0, 64, 49), // A, [49, 64]
 *         MatrixProduct.Segments.one(64),
 *         new MatrixProduct.Panels(packed, 0, bias, 0),
 *         Rows.none(),
 *         Rows.strided(result, 0, width, 49),
 *         2,
 *         0f,
 *         PairedProduct.none());
 * kernels.multiply(product, 0, 49, 0); // C = max(0, A · B + bias)
 * }
 */
package org.resnext4j.engine.cpu.kernel;
