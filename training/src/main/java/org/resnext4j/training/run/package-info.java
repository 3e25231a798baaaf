/**
 * The files of a run's folder: description, checkpoint, metrics, TensorBoard events and report.
 *
 * {@snippet :
 * List<Metrics> metrics = Metrics.read(folder.resolve(Metrics.FILE));
 * Checkpoint checkpoint = Checkpoint.read(folder.resolve(RunFiles.CHECKPOINT));
 * RunReport.write(folder, run);
 * }
 */
package org.resnext4j.training.run;
