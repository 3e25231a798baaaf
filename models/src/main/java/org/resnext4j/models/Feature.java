package org.resnext4j.models;

/**
 * A feature map of a network's trunk: the output of a stage. timm's {@code feature_info} and
 * Detectron2's backbones describe their maps with the same fields.
 *
 * @param name the map's name {@code c} with the binary logarithm of the stride (Lin et al. 2017),
 *     such as {@code c2} for the first stage of a network for ImageNet
 * @param node name of the node in the network's own graph, such as {@code layer1.2.relu}
 * @param channels values of a pixel of the map
 * @param stride pixels of the picture per pixel of the map, in each direction
 */
public record Feature(String name, String node, int channels, int stride) {}
