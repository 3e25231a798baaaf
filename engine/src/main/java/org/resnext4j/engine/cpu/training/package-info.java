/**
 * Training on the processor, behind {@link org.resnext4j.engine.TrainingModel}.
 *
 * <p>{@link org.resnext4j.engine.cpu.training.CpuTrainingModel} owns the values and makes plans. A
 * plan is compiled in four parts: {@code TrainingLayout} decides which nodes are computed together
 * and how channels lie, {@code ForwardCompiler} and {@code BackwardCompiler} make the steps, {@code
 * BufferPlan} gives them memory. Convolutions have three ways: {@code MatrixConvolution}, {@code
 * LaneConvolution}, {@code WinogradConvolution}.
 *
 * <p>Only outputs of convolutions, additions and pooling are stored; batch norm, ReLU and their
 * gradients are computed by the steps that read them.
 *
 * {@snippet :
 * TrainingModel model = backend.train(graph, weights, TrainingOptions.defaults());
 * TrainingPlan plan = model.plan(new Shape(128, 32, 32, 3));
 * }
 */
package org.resnext4j.engine.cpu.training;
