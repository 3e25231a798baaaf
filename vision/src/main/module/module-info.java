/** Pictures: decoders, transforms, data sets, labels and metrics. */
module org.resnext4j.vision {
  requires transitive org.resnext4j.engine;
  requires transitive java.desktop;
  requires transitive tools.jackson.databind;
  requires org.apache.commons.compress;

  exports org.resnext4j.vision;
  exports org.resnext4j.vision.augment;
  exports org.resnext4j.vision.corrupt;
  exports org.resnext4j.vision.data;
  exports org.resnext4j.vision.metrics;
  exports org.resnext4j.vision.text;
  exports org.resnext4j.vision.transform;
}
