/**
 * The accuracy of classifiers on corrupted pictures.
 *
 * {@snippet :
 * Protocol centre = Protocol.single(classifier.preprocessing());
 * Robustness robustness =
 *     Robustness.evaluate(
 *         set,
 *         Robustness.parse("fog,blur:3"),
 *         EvaluationOptions.defaults(),
 *         altered -> new Evaluator(classifier::logits, classifier.labels(), centre, altered));
 * System.out.print(robustness.toText());
 * }
 */
package org.resnext4j.evaluation.robustness;
