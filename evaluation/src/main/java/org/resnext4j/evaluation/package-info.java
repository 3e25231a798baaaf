/**
 * Evaluation of classifiers on published data sets. An {@link org.resnext4j.evaluation.Evaluator}
 * runs a network on the pictures of an {@link org.resnext4j.evaluation.EvaluationSet}; every
 * picture counts exactly once, and parts of a data set merge exactly.
 *
 * {@snippet :
 * EvaluationSet cifar = Task.CIFAR10.read(TaskInput.of(Path.of("cifar-10-binary.tar.gz")));
 * Protocol centre = Protocol.single(classifier.preprocessing());
 * Evaluator onCifar =
 *     new Evaluator(classifier::logits, classifier.labels(), centre, EvaluationOptions.defaults());
 * System.out.print(EvaluationReport.text(onCifar.evaluate(cifar)));
 * }
 */
package org.resnext4j.evaluation;
