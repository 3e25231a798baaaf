/** Training: the trainer, objectives, recipes, optimisers, checkpoints and reports. */
module org.resnext4j.training {
  requires transitive org.resnext4j.models;
  requires transitive org.resnext4j.vision;
  requires com.fasterxml.jackson.annotation;
  requires com.google.protobuf;
  requires tools.jackson.databind;
  // This one has the name of its file; protobuf reserves its own in the manifest.
  requires xchart;

  exports org.resnext4j.training;
  exports org.resnext4j.training.classification;
  exports org.resnext4j.training.input;
  exports org.resnext4j.training.optimiser;
  exports org.resnext4j.training.recipe;
  exports org.resnext4j.training.run;
  exports org.resnext4j.training.sweep;
}
