/**
 * Training on the processor, behind {@link org.resnext4j.engine.TrainingModel}.
 *
 * <p>{@link org.resnext4j.engine.cpu.training.CpuTrainingModel} owns the values and makes plans. A
 * plan is compiled in four parts: {@code TrainingLayout} decides which nodes are computed together
 * and how channels lie, {@code ForwardCompiler} and {@code BackwardCompiler} make the steps, {@code
 * BufferPlan} gives them memory. Three classes compute convolutions: {@code MatrixConvolution},
 * {@code LaneConvolution}, {@code WinogradConvolution}.
 *
 * <p>A plan stores only the outputs of convolutions, additions and pooling. The steps that read
 * them compute batch norm, ReLU and their gradients (Rota Bulò, Porzi and Kontschieder, <i>In-Place
 * Activated BatchNorm for Memory-Optimized Training of DNNs</i>, 2018).
 *
 * {@snippet :
 * TrainingModel model = backend.train(graph, weights, TrainingOptions.defaults());
 * TrainingPlan plan = model.plan(new Shape(128, 32, 32, 3));
 * }
 */
package org.resnext4j.engine.cpu.training;
