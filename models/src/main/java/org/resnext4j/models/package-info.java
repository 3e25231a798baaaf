/**
 * The family: {@link org.resnext4j.models.ResNeXt} describes a network, {@link
 * org.resnext4j.models.Presets} names the usual ones, {@link org.resnext4j.models.Complexity}
 * counts what they cost, {@link org.resnext4j.models.Initialiser} gives them their first values.
 *
 * {@snippet :
 * ResNeXt model = ResNeXt.preset("resnext50_32x4d").withClasses(10);
 * long multiplyAdds = Complexity.of(model, 320).multiplyAdds();
 * Weights first = Initialiser.PAPER.initialise(model.graph(), 7); // seed 7
 * }
 */
package org.resnext4j.models;
