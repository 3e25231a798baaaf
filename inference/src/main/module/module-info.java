/**
 * Classifiers, embeddings, streams of pictures and published weights: what most applications
 * require.
 */
module org.resnext4j.inference {
  requires transitive org.resnext4j.models;
  requires transitive org.resnext4j.vision;
  requires java.net.http;
  requires tools.jackson.databind;

  exports org.resnext4j.inference;
  exports org.resnext4j.inference.catalogue;
  exports org.resnext4j.inference.demo;
  exports org.resnext4j.inference.embedding;
  exports org.resnext4j.inference.stream;
}
