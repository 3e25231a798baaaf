/**
 * The paper's main claim at any scale: networks of several cardinalities at one complexity (section
 * 5.1, Table 3), trained with the same recipe and compared.
 *
 * {@snippet :
 * CardinalitySweep.Plan plan =
 *     new CardinalitySweep.Plan(
 *         model,
 *         List.of(1, 8, 32),
 *         List.of(1L, 2L),
 *         Recipe.named("paper-cifar").with(Map.of("epochs", "10")),
 *         "cifar10",
 *         dataset,
 *         dataset);
 * List<CardinalitySweep.Row> rows =
 *     new CardinalitySweep(plan, folder, options).run(new CardinalitySweep.Listener() {});
 * System.out.print(SweepReport.table(rows));
 * }
 */
package org.resnext4j.training.sweep;
