/**
 * Reads Torch7's files, the format in which the paper's authors published their networks. This
 * package depends on {@code weights.storage} alone.
 *
 * {@snippet :
 * Contents contents = Torch7.read(file, mapped); // Under torchvision's names.
 * System.out.println(contents.tensors().getFirst().info().name());
 * }
 */
package org.resnext4j.models.weights.torch7;
