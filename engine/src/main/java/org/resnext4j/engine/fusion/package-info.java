/**
 * Nodes of a graph that readers may compute in one go: units ({@link
 * org.resnext4j.engine.fusion.Fusion}), and batch norms folded into the convolutions before them
 * ({@link org.resnext4j.engine.fusion.FoldedNorm}, {@link
 * org.resnext4j.engine.fusion.FoldedConvolution}). Backends and exports read the same.
 *
 * {@snippet :
 * for (Fusion.Unit unit : Fusion.units(graph, Set.of())) {
 *   if (unit.head().op() instanceof Op.Conv2d) {
 *     FoldedConvolution folded = FoldedConvolution.of(unit, weights);
 *   }
 * }
 * }
 */
package org.resnext4j.engine.fusion;
