/**
 * From a picture to an answer.
 *
 * <p>A {@link org.resnext4j.inference.Classifier} holds a network with its weights, labels and
 * preprocessing; any number of threads may use one. It answers with a {@link
 * org.resnext4j.inference.Classification}, and can show which parts of a picture spoke for a class
 * ({@link org.resnext4j.inference.HeatMap}). Many files go through a {@link
 * org.resnext4j.inference.stream.BulkClassifier}, which decodes ahead and loses none.
 */
package org.resnext4j.inference;
