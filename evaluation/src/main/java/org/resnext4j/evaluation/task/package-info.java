/**
 * The published data sets. Each {@link org.resnext4j.evaluation.task.Task} reads one of them in its
 * published layout and checks that no picture is missing.
 *
 * {@snippet :
 * TaskInput input = TaskInput.of(Path.of("GasHisSDB")).withSplit("160/test");
 * EvaluationSet patches = Task.named("gashissdb").read(input);
 * }
 */
package org.resnext4j.evaluation.task;
