/** Training: the trainer, objectives, recipes, optimisers, checkpoints and reports. */
@SuppressWarnings(
    "requires-automatic") // protobuf reserves its name in the manifest; xchart has its file's.
module org.resnext4j.training {
  requires transitive org.resnext4j.models;
  requires transitive org.resnext4j.vision;
  requires com.fasterxml.jackson.annotation;
  requires com.google.protobuf;
  requires tools.jackson.databind;
  requires xchart;

  exports org.resnext4j.training;
  exports org.resnext4j.training.classification;
  exports org.resnext4j.training.input;
  exports org.resnext4j.training.optimiser;
  exports org.resnext4j.training.recipe;
  exports org.resnext4j.training.run;
  exports org.resnext4j.training.sweep;
}
