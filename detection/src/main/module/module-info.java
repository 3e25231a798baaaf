/**
 * Detectors: Faster R-CNN on the networks of the family, annotations and COCO's average precision.
 */
module org.resnext4j.detection {
  requires transitive org.resnext4j.models;
  requires transitive org.resnext4j.training;
  requires transitive org.resnext4j.vision;
  requires java.xml;
  requires tools.jackson.databind;

  exports org.resnext4j.detection;
  exports org.resnext4j.detection.annotation;
  exports org.resnext4j.detection.box;
  exports org.resnext4j.detection.loss;
  exports org.resnext4j.detection.metric;
  exports org.resnext4j.detection.network;
  exports org.resnext4j.detection.region;
  exports org.resnext4j.detection.training;

  opens org.resnext4j.detection to
      tools.jackson.databind;
}
