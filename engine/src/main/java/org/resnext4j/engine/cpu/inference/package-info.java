/**
 * Inference on the processor. The compiler folds batch norms into convolutions, fuses additions and
 * ReLUs with the convolutions before them, and packs weights for the kernels. A plan assigns memory
 * for one input shape.
 *
 * <p>{@code InferenceCompiler} compiles a graph to layers: {@code AlgorithmChoice} chooses the
 * algorithms of convolutions, and {@code WeightPacker} packs the weights. {@code StepBuilder} makes
 * a step of each layer for one shape, such as {@code MatrixStep}, {@code LaneStep}, {@code
 * WinogradStep} or {@code PoolStep}. {@code MemoryPlan} places all activations in one array.
 *
 * {@snippet :
 * try (WorkerPool pool = WorkerPool.create(2)) {
 *   InferenceOptions exact = new InferenceOptions(true, List.of());
 *   InferenceModel compiled = CpuInferenceModel.compile(graph, weights, exact, pool);
 *   InferencePlan plan = compiled.plan(shape);
 *   plan.run(pixels);
 * }
 * }
 */
package org.resnext4j.engine.cpu.inference;
