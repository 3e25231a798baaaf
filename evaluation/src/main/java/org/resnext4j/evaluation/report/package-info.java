/**
 * Reports of an evaluation: text for people, JSON for programs, and records for the results board.
 *
 * {@snippet :
 * Evaluation evaluation = evaluator.evaluate(set);
 * System.out.print(EvaluationReport.text(evaluation));
 * Files.writeString(file, EvaluationReport.json(evaluation));
 * }
 */
package org.resnext4j.evaluation.report;
