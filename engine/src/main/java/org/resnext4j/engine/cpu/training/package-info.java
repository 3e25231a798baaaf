/**
 * Training on the processor: the implementation of {@link org.resnext4j.engine.TrainingModel}.
 *
 * <p>{@link org.resnext4j.engine.cpu.training.CpuTrainingModel} owns the values and makes plans.
 * Four classes compile a plan: {@code TrainingLayout} decides which nodes are fused and how
 * channels are ordered, {@code ForwardCompiler} and {@code BackwardCompiler} make the steps, and
 * {@code BufferPlan} assigns memory. Convolutions have three algorithms: {@code MatrixConvolution},
 * {@code LaneConvolution} and {@code WinogradConvolution}. A {@code MapOperation} describes every
 * operation that is not fused with its neighbours.
 *
 * <p>A plan does not store the outputs of batch norms and of the ReLUs after them. The steps that
 * read these outputs compute them again (Rota Bulò, Porzi and Kontschieder, <i>In-Place Activated
 * BatchNorm for Memory-Optimized Training of DNNs</i>, 2018).
 *
 * {@snippet :
 * TrainingModel model = backend.train(graph, weights, TrainingOptions.defaults());
 * TrainingPlan plan = model.plan(new Shape(128, 32, 32, 3));
 * }
 */
package org.resnext4j.engine.cpu.training;
