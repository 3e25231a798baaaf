/**
 * Classification of pictures with trained networks.
 *
 * <p>A {@link org.resnext4j.inference.Classifier} holds a network with its weights, labels and
 * preprocessing; any number of threads may use it. Its answer is a {@link
 * org.resnext4j.inference.Classification}; a {@link org.resnext4j.inference.HeatMap} shows the
 * parts of a picture that contributed to a class. A {@link
 * org.resnext4j.inference.stream.BulkClassifier} classifies many files.
 *
 * {@snippet :
 * try (Classifier classifier = Classifier.bundled()) {
 *   Classification answer = classifier.classify(Path.of("cat.jpg"));
 *   System.out.println(answer.best().name() + " " + answer.best().probability());
 * }
 * }
 */
package org.resnext4j.inference;
