/**
 * Running a {@link org.resnext4j.engine.graph.Graph} on the processor: plans, the kernels under
 * them and the pool of threads that they share.
 *
 * <p>{@link InferenceModel} compiles a graph with its weights once; {@link InferencePlan} runs it
 * for one input shape:
 *
 * {@snippet :
 * try (WorkerPool pool = WorkerPool.create()) {
 *   InferenceModel model = InferenceModel.compile(graph, weights);
 *   InferencePlan plan = model.plan(new Shape(1, 224, 224, 3), pool);
 *   float[] logits = new float[1000];
 *   plan.run(picture, logits);
 * }
 * }
 *
 * <h2>For those who add to this package</h2>
 *
 * <p>All arithmetic sits behind {@code Kernels}: {@code VectorKernels} uses the Vector API at the
 * machine's preferred width, {@code ScalarKernels} says the same in plain loops and runs where the
 * incubator module is absent. Both read the same packed weights, so one can be tested against the
 * other.
 *
 * <p>Work is spread by {@code WorkerPool.run(chunks, task)}: the chunks must not depend on the
 * number of threads and each value must be written by one chunk alone. Then results are the same
 * bits for any number of threads.
 *
 * <p>{@code MatrixProduct} describes {@code C[m, n] = Σₖ A[m, k] · B[k, n] + bias[n]}, optionally
 * {@code + R[m, n]} and ReLU: the rows of A, C and R lie wherever tables of offsets say, so the
 * same kernel serves dense matrices, strided pixels and convolutions (whose k runs over several
 * segments, one a tap or a row of taps). B is packed into panels by {@code Packing}. {@code
 * Gemm.multiply} wraps all of it for plain strided matrices of either orientation, packing what is
 * not laid out for the kernel into a workspace of the caller:
 *
 * {@snippet :
 * float[] workspace = new float[Gemm.workspace(kernels, m, n, k)];
 * Gemm gemm = new Gemm(kernels, m, n, k, a, b.transposed(), c, false, workspace);
 * gemm.run(pool); // C[m, n] = A[m, k] · B[n, k]ᵀ, as often as the values change
 * }
 */
package org.resnext4j.engine.cpu;
