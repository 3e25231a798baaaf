/**
 * Finds the network among the tensors of a file: naming conventions, prefixes, classifiers, and the
 * network that the shapes describe. Depends on {@code weights.storage} alone.
 *
 * {@snippet :
 * try (WeightFile weights = WeightFiles.open(file)) {
 *   Optional<ResNeXt> network = ModelRecognition.recognise(weights.tensors().values());
 *   System.out.println(network.map(ResNeXt::name).orElse("none of the family"));
 * }
 * }
 */
package org.resnext4j.models.weights.naming;
