/**
 * The networks of the ResNeXt family. {@link org.resnext4j.models.ResNeXt} describes a network.
 * {@link org.resnext4j.models.Presets} lists the networks that have a usual name. {@link
 * org.resnext4j.models.Complexity} counts a network's parameters and multiply-adds. {@link
 * org.resnext4j.models.Initialiser} initialises a network's parameters.
 *
 * {@snippet :
 * ResNeXt model = ResNeXt.preset("resnext50_32x4d").withClasses(10);
 * long multiplyAdds = Complexity.of(model, 320).multiplyAdds();
 * Weights first = Initialiser.PAPER.initialise(model.graph(), 7); // seed 7
 * }
 */
package org.resnext4j.models;
