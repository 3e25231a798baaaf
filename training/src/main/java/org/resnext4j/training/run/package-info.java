/** The files of a run's folder: description, checkpoint, metrics, TensorBoard events, report. */
package org.resnext4j.training.run;
