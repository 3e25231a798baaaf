package org.resnext4j.models;

/**
 * A feature map of a network's trunk: the output of a stage, as timm's {@code feature_info} and
 * Detectron2's backbones describe it.
 *
 * @param name {@code c2} for the first stage of a network for photographs, as detectors count: the
 *     map is halved that many times
 * @param node name of the node in the network's own graph, such as {@code layer1.2.relu}
 * @param channels values of a pixel
 * @param stride pixels of the picture from one pixel of the map to the next
 */
public record Feature(String name, String node, int channels, int stride) {}
