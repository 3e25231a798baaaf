package org.resnext4j.serving;

import org.resnext4j.engine.graph.Shape;
import org.resnext4j.inference.Classifier;
import org.resnext4j.serving.batch.Network;

/** The network of a classifier. It owns the classifier. */
final class ClassifierNetwork implements Network {

  private final Classifier classifier;

  ClassifierNetwork(Classifier classifier) {
    this.classifier = classifier;
  }

  @Override
  public Shape input() {
    return new Shape(
        1,
        classifier.preprocessing().height(),
        classifier.preprocessing().width(),
        classifier.model().inputChannels());
  }

  @Override
  public int classes() {
    return classifier.model().classes();
  }

  @Override
  public Shape features() {
    return classifier.lastMap();
  }

  @Override
  public void run(float[] images, int count, float[] logits, float[] features) {
    classifier.compute(images, count, logits, features);
  }

  @Override
  public float[] evidence(float[] features, int picture, int classIndex) {
    return classifier.evidence(features, picture, classIndex);
  }

  @Override
  public void close() {
    classifier.close();
  }
}
