/** The learning rate over a run, the step of gradient descent, the average of weights. */
package org.resnext4j.training.optimiser;
