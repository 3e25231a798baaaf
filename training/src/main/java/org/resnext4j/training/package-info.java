/**
 * Training of networks. A {@link org.resnext4j.training.Trainer} carries out the steps; an {@link
 * org.resnext4j.training.Objective} defines the task, such as {@link
 * org.resnext4j.training.classification.Classification}.
 *
 * <p>Every random number is a function of one seed and a position (epoch, picture), never of time
 * or threads. A run that was interrupted and resumed therefore ends in the same bits as one that
 * was not.
 *
 * {@snippet :
 * Trainer trainer = new Trainer(objective, folder, options, TrainingListener.SILENT);
 * Trainer.Outcome outcome = trainer.run(firstWeights);
 * }
 */
package org.resnext4j.training;
