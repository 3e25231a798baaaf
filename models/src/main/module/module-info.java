/** The networks of the family, their weight files and their export to ONNX. */
module org.resnext4j.models {
  requires transitive org.resnext4j.engine;
  requires tools.jackson.databind;
  // These two are no modules yet; their manifests reserve their names.
  requires org.tribuo.util.onnx;
  requires com.google.protobuf;

  exports org.resnext4j.models;
  exports org.resnext4j.models.onnx;
  exports org.resnext4j.models.weights;
  exports org.resnext4j.models.weights.naming;
  exports org.resnext4j.models.weights.storage;
}
