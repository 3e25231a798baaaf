/**
 * The optimiser: learning rate schedules, stochastic gradient descent, the moving average of
 * weights, and the sum of gradients over workers.
 *
 * {@snippet :
 * Schedule schedule = new Schedule.Cosine(5, 0.01, 0);
 * Sgd sgd =
 *     new Sgd(new Sgd.Options(0.9, false, 1e-4, true), training.gradients(), name -> true, Map.of());
 * double rate = 0.1 * schedule.factor(12.5, 100);
 * sgd.step(training.parameters(), training.gradients(), rate, 1);
 * training.parametersChanged();
 * }
 */
package org.resnext4j.training.optimiser;
