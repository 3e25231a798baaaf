/**
 * The networks of a Faster R-CNN as graphs, and the steps between the networks at inference:
 * preparation of pictures, selection of proposals and selection of boxes (Ren et al., "Faster
 * R-CNN", 2015; Lin et al., "Feature Pyramid Networks", 2017).
 *
 * {@snippet :
 * FasterRcnn detector =
 *     FasterRcnn.of(ResNeXt.preset("resnext50_32x4d"), FasterRcnn.Form.V1, 91); // COCO's classes
 * Graph pyramid = detector.pyramid(); // pictures in, a feature map for each level out
 * }
 */
package org.resnext4j.detection.network;
