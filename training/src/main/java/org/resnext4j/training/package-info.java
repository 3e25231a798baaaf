/**
 * Training: {@link org.resnext4j.training.Trainer} drives an engine's training plan through a
 * {@link org.resnext4j.training.recipe.Recipe}, fed by an {@link
 * org.resnext4j.training.input.InputPipeline}.
 *
 * <p>Everything random is a function of one seed and a position (epoch, picture), never of time or
 * threads, so a run that was interrupted and resumed ends in the same bits as one that was not.
 */
package org.resnext4j.training;
