/**
 * Finds the network among the tensors of a file: the naming convention, the prefix, the classifier,
 * and the network that the shapes describe. This package depends on {@code weights.storage} alone.
 *
 * {@snippet :
 * try (WeightFile weights = WeightFiles.open(file)) {
 *   Optional<ResNeXt> network = ModelRecognition.recognise(weights.tensors().values());
 *   System.out.println(network.map(ResNeXt::name).orElse("none of the family"));
 * }
 * }
 */
package org.resnext4j.models.weights.naming;
