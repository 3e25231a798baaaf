/**
 * The task of the paper: classification of pictures by cross-entropy. A request becomes a full
 * description, the pictures and the first weights.
 *
 * {@snippet :
 * TrainingData data =
 *     TrainingData.open(Path.of(run.data()), run.validationSplit(), run.seed(), ImageReader.defaults());
 * Objective task =
 *     new org.resnext4j.training.classification.Classification(run, data.training(), data.validation());
 * new Trainer(task, folder, options, TrainingListener.SILENT).resume();
 * }
 */
package org.resnext4j.training.classification;
