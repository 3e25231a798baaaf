/**
 * Operator fusion. {@link org.resnext4j.engine.fusion.Fusion} groups nodes into units that are
 * computed together. {@link org.resnext4j.engine.fusion.FoldedNorm} and {@link
 * org.resnext4j.engine.fusion.FoldedConvolution} fold batch norms into the convolutions before
 * them. The processor's backend and the ONNX export read the same units.
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
