/** The networks of the family, their weight files and their export to ONNX. */
@SuppressWarnings("requires-automatic") // These two libraries reserve their names in the manifest.
module org.resnext4j.models {
  requires transitive org.resnext4j.engine;
  requires tools.jackson.databind;
  requires org.tribuo.util.onnx;
  requires com.google.protobuf;

  exports org.resnext4j.models;
  exports org.resnext4j.models.onnx;
  exports org.resnext4j.models.weights;
  exports org.resnext4j.models.weights.naming;
}
