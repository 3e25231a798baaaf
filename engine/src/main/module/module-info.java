/**
 * Graphs, tensors and the backends that compute with them. The module requires the JDK's vector
 * module, so an application that requires this module needs no flag.
 */
module org.resnext4j.engine {
  requires jdk.incubator.vector;
  requires jdk.management;

  exports org.resnext4j.engine;
  exports org.resnext4j.engine.fusion;
  exports org.resnext4j.engine.graph;
  exports org.resnext4j.engine.reference;
  exports org.resnext4j.engine.tensor;
}
