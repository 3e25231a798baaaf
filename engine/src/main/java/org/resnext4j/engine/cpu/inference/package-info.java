/**
 * Forward passes on the processor: batch norms are folded, additions and ReLUs fused into the
 * convolutions before them, weights packed for the kernels, and memory is planned for one shape.
 *
 * <p>{@code InferenceCompiler} turns a graph into layers. {@code StepBuilder} turns each layer into
 * a step for one shape: {@code MatrixStep}, {@code LaneStep}, {@code WinogradStep}, {@code
 * PoolStep} or a small one of its own. {@code MemoryPlan} places all activations in one array.
 */
package org.resnext4j.engine.cpu.inference;
